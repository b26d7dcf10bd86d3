/**
 * Options of every local server.
 *
 * @param {boolean} durable
 */
export function serverOptions(durable) {
  return [
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_0900_ai_ci',
    '--default-time-zone=+00:00',
    // The search index: pairs of letters, as Korean needs them, without stop words (the stop word "a" would hide
    // "main").
    '--ngram-token-size=2',
    '--innodb-ft-enable-stopword=OFF',
    '--skip-name-resolve',
    '--mysqlx=OFF',
    '--secure-file-priv=NULL', // no SQL reads or writes files; some builds name a folder that does not exist here
    '--performance-schema=OFF', // it needs most of a small server's memory
    '--skip-log-bin', // no replica and no point-in-time recovery
    '--innodb-use-native-aio=OFF', // a shared machine has few slots, and some containers none
    '--innodb-redo-log-capacity=64M',
    '--innodb-buffer-pool-size=256M',
    ...(durable ? KEEP : THROW_AWAY),
  ];
}

// A commit is on the disk before it is confirmed, and torn pages can be repaired.
const KEEP = ['--innodb-flush-log-at-trx-commit=1', '--innodb-doublewrite=ON', '--max-connections=200'];

// For tests: a crash of the machine may lose the data. Each worker has a pool, so there are many connections.
const THROW_AWAY = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=OFF',
  '--innodb-flush-method=nosync',
  '--max-connections=400',
];
