import { connect } from 'node:net';

/**
 * The version of the MySQL server on a loopback port, from the greeting that a server sends first; undefined if there
 * is none. An open port is not enough: a starting server opens it early, and Docker's proxy at once.
 * @param {number} port
 * @returns {Promise<string | undefined>} such as `8.4.5`
 */
export function greeting(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (version) => {
      socket.destroy();
      resolve(version);
    };
    socket.setTimeout(1_000, () => answer(undefined));
    socket.once('error', () => answer(undefined));
    socket.once('close', () => answer(undefined));
    // Four bytes of packet header, the protocol's number 10, then the version up to a zero byte.
    socket.once('data', (packet) => answer(packet[4] === 10 ? versionIn(packet.toString('latin1', 5)) : undefined));
  });
}

/**
 * The first version number in a text. Undefined for MariaDB, which lacks functions that the schema needs.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function versionIn(text) {
  return /mariadb/i.test(text) ? undefined : /\d+\.\d+\.\d+/.exec(text)?.[0];
}

/**
 * Whether version `a` is of an older series than `b`. Within a series (8.4.x) MySQL accepts files of both directions.
 *
 * @param {string} a
 * @param {string} b
 */
export function olderSeries(a, b) {
  const [majorA, minorA] = a.split('.').map(Number);
  const [majorB, minorB] = b.split('.').map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}
