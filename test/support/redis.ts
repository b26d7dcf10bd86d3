import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/ports.mjs';

const PROGRAM = process.env.REDIS_SERVER ?? 'redis-server';

/** CI requires one. */
export function hasRedis(): boolean {
  const there = spawnSync(PROGRAM, ['--version']).status === 0;
  if (!there && process.env.CI !== 'true') {
    console.warn(
      'SKIPPED: no redis-server is installed, so nobody looks at instances that count together. Install it, or set ' +
        'REDIS_SERVER to its path.',
    );
  }
  return there || process.env.CI === 'true';
}

/** Its own Redis server on a free port, without stored data. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private child: ChildProcess,
  ) {}

  static async start(): Promise<RedisServer> {
    const port = await freePort();
    return new RedisServer(port, await launch(port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Starts again on the same port, without data. */
  async restart(): Promise<void> {
    await this.kill();
    this.child = await launch(this.port);
  }
}

async function launch(port: number): Promise<ChildProcess> {
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    tmpdir(),
  ];
  const child = spawn(PROGRAM, options, { stdio: 'ignore' });
  const deadline = performance.now() + 10_000;
  while (!(await listens(port))) {
    if (performance.now() > deadline) throw new Error('redis-server does not answer.');
    await sleep(20);
  }
  return child;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
