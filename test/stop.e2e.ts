import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Background } from '../src/common/background.js';
import { stop, stopOrGiveUp } from '../src/stop.js';
import { startApp, type TestApp } from './support/app.js';
import { anAccount } from './support/factories.js';

const AT_ONCE = { shutdownDelaySeconds: 0, drainSeconds: 1 };

async function listening(): Promise<{ t: TestApp; port: number }> {
  const t = await startApp();
  await t.app.listen(0, '127.0.0.1');
  return { t, port: (t.app.getHttpServer().address() as { port: number }).port };
}

/** A connection for bytes at any speed. */
function open(port: number): { socket: Socket; received: () => string; ended: Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, received: () => text, ended };
}

describe('stopping', () => {
  it('finishes a request in progress, and announces the end of the connection', async () => {
    const { t, port } = await listening();
    const account = await anAccount(t);
    const client = open(port);
    const body = JSON.stringify({ name: '느린 게시판' });
    client.socket.write(
      `POST /api/v1/boards HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${account.accessToken}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 10)}`,
    );
    await sleep(200);
    const stopped = stop(t.app, { ...AT_ONCE, drainSeconds: 10 });
    await sleep(200);
    client.socket.write(body.slice(10));
    await client.ended;
    await stopped;
    expect(client.received()).toMatch(/^HTTP\/1\.1 201 /);
    expect(client.received()).toMatch(/\r\nconnection: close\r\n/i);
  });

  it('closes a connection with half a body after the drain time, and idle connections at once', async () => {
    const { t, port } = await listening();
    const idle = open(port);
    idle.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    const half = open(port);
    half.socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await sleep(200);
    const begun = performance.now();
    const stopped = stop(t.app, AT_ONCE);
    await idle.ended;
    const idleAfter = performance.now() - begun;
    await half.ended;
    await stopped;
    expect(idleAfter).toBeLessThan(900);
    expect(idle.received()).toMatch(/^HTTP\/1\.1 200 /);
    expect(performance.now() - begun).toBeGreaterThan(900);
  });

  it('accepts no new connections', async () => {
    const { t, port } = await listening();
    await stop(t.app, AT_ONCE);
    const late = open(port);
    late.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await late.ended;
    expect(late.received()).toBe('');
  });

  it('is not ready at once, and still accepts requests until the delay is over', async () => {
    const { t, port } = await listening();
    const hurry = new AbortController();
    const stopped = stop(t.app, { shutdownDelaySeconds: 60, drainSeconds: 1 }, hurry.signal);
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    const read = await fetch(`http://127.0.0.1:${port}/api/v1/boards`);
    hurry.abort();
    await stopped;
    expect(ready.status).toBe(503);
    expect([read.status, read.headers.get('connection')]).toEqual([200, 'close']);
    await expect(fetch(`http://127.0.0.1:${port}/api/v1/boards`)).rejects.toThrow('fetch failed');
  });

  it('finally sends reads to other instances, and still accepts writes', async () => {
    const { t, port } = await listening();
    const hurry = new AbortController();
    const stopped = stop(t.app, { shutdownDelaySeconds: 60, turnAwaySeconds: 60, drainSeconds: 5 }, hurry.signal);
    const [read, live, ready, write] = await Promise.all([
      fetch(`http://127.0.0.1:${port}/api/v1/boards`),
      fetch(`http://127.0.0.1:${port}/health/live`),
      fetch(`http://127.0.0.1:${port}/health/ready`),
      fetch(`http://127.0.0.1:${port}/api/v1/auth/login`, { method: 'POST' }),
    ]);
    hurry.abort();
    await stopped;
    expect([read.status, live.status, ready.status, write.status]).toEqual([502, 200, 503, 400]);
    expect(await read.json()).toMatchObject({ code: 'INSTANCE_STOPS' });
  });

  it('aborts work that never ends', async () => {
    const { t } = await listening();
    let end!: () => void;
    void t.app.get(Background).run('hangs', () => new Promise((resolve) => (end = resolve)));
    const code = await new Promise((exit) => stopOrGiveUp(t.app, { ...AT_ONCE, closeSeconds: 0.1 }, exit));
    end();
    expect(code).toBe(1);
  });

  it('exits with 0 after everything has ended', async () => {
    const { t } = await listening();
    expect(await new Promise((exit) => stopOrGiveUp(t.app, AT_ONCE, exit))).toBe(0);
  });
});
