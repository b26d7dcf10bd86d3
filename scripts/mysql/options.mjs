/**
 * What every local server is started with, wherever its program is from.
 *
 * @param {boolean} durable
 */
export function serverOptions(durable) {
  return [
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_0900_ai_ci',
    '--default-time-zone=+00:00',
    // The search index: pairs of letters, as Korean needs them, and no stop words ("ai" would hide every "main").
    '--ngram-token-size=2',
    '--innodb-ft-enable-stopword=OFF',
    '--skip-name-resolve',
    '--mysqlx=OFF',
    '--secure-file-priv=NULL', // no SQL reads or writes files; some builds name a folder here that is not there
    '--performance-schema=OFF', // its memory is most of a small server's
    '--skip-log-bin', // there is no replica and no point-in-time recovery here
    '--innodb-use-native-aio=OFF', // its slots are few on a shared machine, and some containers have none
    '--innodb-redo-log-capacity=64M',
    '--innodb-buffer-pool-size=256M',
    ...(durable ? KEEP : THROW_AWAY),
  ];
}

// A commit is on the disk before it is confirmed, and a torn page can be repaired.
const KEEP = ['--innodb-flush-log-at-trx-commit=1', '--innodb-doublewrite=ON', '--max-connections=200'];

// For tests: the data may be lost with the machine. Workers hold a pool each, hence the connections.
const THROW_AWAY = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=OFF',
  '--innodb-flush-method=nosync',
  '--max-connections=400',
];
