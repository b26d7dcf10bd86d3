import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../scripts/lib/ports.mjs';
import { freshDatabase, testDatabase } from './support/database.js';
import { parseExposition, valueOf } from './support/exposition.js';
import { compiled, databaseEnv, start, type Running } from './support/program.js';

const FULL = '/dev/full';
/** The maximum length of a path in a line. */
const LONG_PATH = `/${'nothing-here/'.repeat(22)}`;

let env: Record<string, string>;
let server: Running | undefined;

beforeAll(async () => {
  await Promise.all([compiled(), freshDatabase()]);
  env = databaseEnv(testDatabase());
}, 180_000);

afterEach(() => {
  server?.child.kill('SIGKILL');
});

async function startServer(stdout: number | 'unread', more: Record<string, string> = {}) {
  const port = await freePort();
  server = start('dist/main.js', [], { ...env, HOST: '127.0.0.1', PORT: String(port), ...more }, stdout);
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
  while ((await ask('/health/ready').catch(() => undefined))?.status !== 200) {
    if (server.child.exitCode !== null) throw new Error(server.output());
    await sleep(50);
  }
  return { server, ask };
}

async function askOften(ask: (path: string) => Promise<Response>, times: number): Promise<Set<number>> {
  const statuses = new Set<number>();
  const one = async (): Promise<void> => {
    for (let i = 0; i < times / 10; i++) {
      const answer = await ask(LONG_PATH);
      await answer.arrayBuffer();
      statuses.add(answer.status);
    }
  };
  await Promise.all(Array.from({ length: 10 }, one));
  return statuses;
}

async function lost(ask: (path: string) => Promise<Response>): Promise<number> {
  return valueOf(parseExposition(await (await ask('/metrics')).text()), 'madang_log_lines_dropped_total');
}

describe('a blocked log', () => {
  // Only Linux has a file that is always full.
  const onFullDisk = existsSync(FULL) ? it : it.skip;

  onFullDisk(
    'on a full disk does not block the server, nor its end; lost lines are counted',
    async () => {
      const full = openSync(FULL, 'w');
      const { server, ask } = await startServer(full);
      expect(await askOften(ask, 20)).toEqual(new Set([404]));
      // Lines are written some milliseconds later.
      let count = 0;
      while ((count = await lost(ask)) < 20) await sleep(20);
      expect(count).toBeLessThan(200);
      server.child.kill('SIGTERM');
      expect(await server.ended).toMatchObject({ code: 0, output: '' });
      closeSync(full);
    },
    120_000,
  );

  it('in a pipe without a reader does not block the server, nor its end', async () => {
    const { server, ask } = await startServer('unread');
    // More than the 208 KiB of a socket's buffer.
    expect(await askOften(ask, 1_000)).toEqual(new Set([404]));
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, output: '' });
  }, 180_000);

  onFullDisk(
    'does not stop a fatal error from being printed on stderr',
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const full = openSync(FULL, 'w');
      server = start('dist/main.js', [], { ...env, HOST: '127.0.0.1', PORT: String(port) }, full);
      const { code, output } = await server.ended;
      closeSync(full);
      taken.close();
      expect(code).toBe(1);
      expect(JSON.parse(output)).toMatchObject({ level: 60, err: { code: 'EADDRINUSE' } });
    },
    120_000,
  );
});
