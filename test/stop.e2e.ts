import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { stop } from '../src/stop.js';
import { startApp, type TestApp } from './support/app.js';
import { anAccount } from './support/factories.js';

async function listening(): Promise<{ t: TestApp; port: number }> {
  const t = await startApp();
  await t.app.listen(0, '127.0.0.1');
  return { t, port: (t.app.getHttpServer().address() as { port: number }).port };
}

/** A connection on which bytes can be sent as slowly as one likes. */
function open(port: number): { socket: Socket; received: () => string; ended: Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, received: () => text, ended };
}

describe('stopping', () => {
  it('finishes a request that is in flight, and says that the connection ends', async () => {
    const { t, port } = await listening();
    const account = await anAccount(t);
    const client = open(port);
    const body = JSON.stringify({ name: '느린 게시판' });
    client.socket.write(
      `POST /api/v1/boards HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${account.accessToken}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 10)}`,
    );
    await sleep(200);
    const stopped = stop(t.app, 10);
    await sleep(200);
    client.socket.write(body.slice(10));
    await client.ended;
    await stopped;
    expect(client.received()).toMatch(/^HTTP\/1\.1 201 /);
    expect(client.received()).toMatch(/\r\nconnection: close\r\n/i);
  });

  it('cuts a half-sent body after the drain time, and idle connections at once', async () => {
    const { t, port } = await listening();
    const idle = open(port);
    idle.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    const half = open(port);
    half.socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await sleep(200);
    const begun = performance.now();
    const stopped = stop(t.app, 1);
    await idle.ended;
    const idleAfter = performance.now() - begun;
    await half.ended;
    await stopped;
    expect(idleAfter).toBeLessThan(900);
    expect(idle.received()).toMatch(/^HTTP\/1\.1 200 /);
    expect(performance.now() - begun).toBeGreaterThan(900);
  });

  it('takes no new connections', async () => {
    const { t, port } = await listening();
    await stop(t.app, 1);
    const late = open(port);
    late.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await late.ended;
    expect(late.received()).toBe('');
  });
});
