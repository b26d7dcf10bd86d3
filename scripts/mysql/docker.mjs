import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, portProblem } from '../lib/ports.mjs';
import { ProgramFailed, run } from '../lib/processes.mjs';
import { greeting } from './handshake.mjs';
import { serverOptions } from './options.mjs';

// A server in a Docker container. Its data are in a named volume, not in the home's folder. There they would belong to
// the container's user, and on macOS InnoDB would be slow.

const IMAGE = process.env.MADANG_MYSQL_IMAGE || 'mysql:8.4';
const START_LIMIT = 180_000; // at the first start the image prepares its data
const STOP_LIMIT = 30; // in seconds, for Docker

/**
 * @param {import('./home.mjs').Home} home
 * @param {import('./native.mjs').StartOptions} options
 * @returns {Promise<import('./home.mjs').ServerRecord>}
 */
export async function start(home, { durable, port: wanted, log, signal }) {
  await docker(['version'], { signal: AbortSignal.any([AbortSignal.timeout(10_000), ...(signal ? [signal] : [])]) });
  if (!(await docker(['image', 'ls', '--quiet', IMAGE], { signal }))) log(`fetching the Docker image ${IMAGE}`);

  const last = wanted ?? home.lastPort;
  const port = last && (wanted || !(await portProblem(last, '127.0.0.1'))) ? last : await freePort();
  const isNew = !home.about.volume;
  const volume = home.about.volume ?? `madang-${randomBytes(6).toString('hex')}`;
  const record = { source: `Docker image ${IMAGE}`, port, volume, container: `${volume}-server` };
  home.server = record;
  try {
    await docker(['rm', '--force', record.container], { signal });
    const publish = ['--publish', `127.0.0.1:${port}:3306`, '--volume', `${volume}:/var/lib/mysql`];
    // The password is in the environment, so that no list of processes shows it.
    const about = ['--detach', '--name', record.container, '--env', 'MYSQL_ROOT_PASSWORD'];
    const env = { ...process.env, MYSQL_ROOT_PASSWORD: home.password() };
    await docker(['run', ...about, ...publish, IMAGE, ...serverOptions(durable)], { signal, env });
    await untilReady(home, record, signal);
  } catch (error) {
    await stop(home, record).catch(() => {});
    // A volume that was never complete has no data to keep.
    if (isNew) await docker(['volume', 'rm', '--force', volume]).catch(() => {});
    throw error;
  }
  return record;
}

/** See native.mjs. The image opens its port to the outside only after its data are complete. */
export async function untilReady(home, record, signal) {
  const deadline = Date.now() + START_LIMIT;
  while (!(await greeting(record.port))) {
    signal?.throwIfAborted();
    if (!(await isRunning(home, record))) {
      const words = await docker(['logs', '--tail', '3', record.container]).catch(() => 'it left no message');
      throw new Error(`the container ended while starting: ${words}`);
    }
    if (Date.now() > deadline) throw new Error(`the container did not answer within ${START_LIMIT / 1000} s`);
    await sleep(250);
  }
  home.about = { ...home.about, volume: record.volume };
}

export async function isRunning(_home, { container }) {
  const running = await docker(['inspect', '--format', '{{.State.Running}}', container]).catch(() => 'false');
  return running === 'true';
}

/** Removes the container; the volume with the data stays. */
export async function stop(home, { container }) {
  await docker(['stop', '-t', String(STOP_LIMIT), container]).catch(() => {});
  await docker(['rm', '--force', container]);
  home.server = undefined;
}

/** Docker does not report the end of a container. A server that crashes in one is not restarted. */
export function gone() {
  return new Promise(() => {});
}

export function clientCommand(home, { container }, args) {
  const interactive = process.stdin.isTTY ? ['--interactive', '--tty'] : ['--interactive'];
  return {
    command: 'docker',
    args: [
      'exec',
      ...interactive,
      '--env',
      'MYSQL_PWD',
      container,
      'mysql',
      '--default-character-set=utf8mb4',
      ...args,
    ],
    env: { ...process.env, MYSQL_PWD: home.password() },
  };
}

async function docker(args, options) {
  try {
    return (await run('docker', args, options)).trim();
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('there is no docker command');
    if (error instanceof ProgramFailed) throw new Error(error.output.trim().split('\n').pop() || error.message);
    throw error;
  }
}
