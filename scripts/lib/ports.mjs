import { createServer } from 'node:net';

/**
 * Why a TCP port cannot be listened on right now: `EADDRINUSE`, `EACCES`, …; undefined when it can.
 *
 * @param {number} port
 * @param {string} [host] all addresses of the machine when left out
 * @returns {Promise<string | undefined>}
 */
export function portProblem(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(/** @type {NodeJS.ErrnoException} */ (error).code));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}

/**
 * A loopback port that nobody listens on. The kernel picks it, and does not soon pick the same again.
 *
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
