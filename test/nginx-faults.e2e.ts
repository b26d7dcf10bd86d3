import { Agent, type Server } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, anAccount } from './support/factories.js';
import { ask, freePort, startNginx, wire, withNginx, type Nginx } from './support/nginx.js';
import { aReplica, dies, resets, says, type Replica } from './support/replica.js';
import { readRows } from './support/rows.js';

const started: { stop(): unknown }[] = [];
afterAll(async () => {
  for (const one of started) await one.stop();
});

async function replicas(count: number, answer: Parameters<typeof aReplica>[0]): Promise<Replica[]> {
  const all = await Promise.all(Array.from({ length: count }, () => aReplica(answer)));
  started.push(...all);
  return all;
}

async function nginxBefore(...servers: (Replica | number)[]): Promise<Nginx> {
  const nginx = await startNginx(servers.map((server) => (typeof server === 'number' ? server : server.port)));
  started.unshift(nginx);
  return nginx;
}

/** Slow clients, and instances that die, hang or stop: nginx must protect the others. */
withNginx('nginx, during failures', () => {
  let t: TestApp;
  let nginx: Nginx;
  let app: number;
  let outcome: ReturnType<typeof waiting>;
  beforeAll(async () => {
    t = await startApp();
    await t.app.listen(0, '127.0.0.1');
    app = ((t.app.getHttpServer() as Server).address() as { port: number }).port;
    nginx = await nginxBefore(app);
    // They run beside the other tests, and are awaited last.
    outcome = waiting();
    outcome.catch(() => undefined);
  });

  /** Writes `text` byte by byte until the other side ends it. Returns the duration. */
  async function drip(port: number, first: string, text: string, every: number) {
    const line = wire(port);
    line.socket.write(first);
    const timer = setInterval(() => line.socket.writable && line.socket.write(text), every);
    const took = await line.ended;
    clearInterval(timer);
    return { took, received: line.received() };
  }
  const post =
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{';

  // All at once, because each of them only waits.
  const waiting = () =>
    Promise.all([
      drip(nginx.port, 'GET /api/v1/boards HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'x', 500),
      drip(nginx.port, post, '', 60_000),
      drip(nginx.port, post, ' ', 500),
      hungReplica(),
      unreadAnswer(),
      idleInNode(),
    ]);

  async function hungReplica() {
    const [hangs] = await replicas(1, () => undefined);
    const { port } = await nginxBefore(hangs);
    const begun = performance.now();
    const answer = await ask(port, '/api/v1/things', { method: 'POST', body: '{}' });
    return { took: performance.now() - begun, answer, asked: hangs.asked.length };
  }

  /** A client that requests 40 MB and does not read them. */
  async function unreadAnswer() {
    let cut = NaN;
    const begun = performance.now();
    const [large] = await replicas(1, (_request, response) => {
      response.on('close', () => (cut = performance.now() - begun));
      response.end(Buffer.alloc(40_000_000));
    });
    const { port } = await nginxBefore(large);
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.pause().write('GET /api/v1/things HTTP/1.1\r\nHost: x\r\n\r\n');
    while (Number.isNaN(cut) && performance.now() - begun < 30_000) await sleep(100);
    socket.destroy();
    return cut;
  }

  /** A connection as nginx keeps it: idle for longer than Node's limit for a request. */
  async function idleInNode() {
    const line = wire(app);
    line.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await sleep(19_000);
    line.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await line.ended;
    return line.received().match(/HTTP\/1\.1 200 /g)?.length;
  }

  describe('when a replica dies with a request', () => {
    it.each(['POST', 'PATCH', 'PUT', 'DELETE'])('%s is not repeated: it may have been done', async (method) => {
      const all = await replicas(3, dies);
      const nginx = await nginxBefore(...all);
      const answer = await ask(nginx.port, '/api/v1/things', { method, body: '{}' });
      expect(all.flatMap(({ asked }) => asked)).toEqual([`${method} /api/v1/things`]);
      expect(answer).toMatchObject({ status: 502, headers: { 'retry-after': '2' }, body: { code: 'UNAVAILABLE' } });
      expect(answer.body.detail).toMatch(/outcome is unknown/);
    });

    it('GET is repeated once', async () => {
      const dead = await replicas(3, dies);
      const nginx = await nginxBefore(...dead);
      expect((await ask(nginx.port, '/api/v1/things')).status).toBe(502);
      expect(dead.flatMap(({ asked }) => asked)).toHaveLength(2);
      // With a living replica the client notices nothing.
      const mixed = [...(await replicas(1, dies)), ...(await replicas(1, says('fine')))];
      const other = await nginxBefore(...mixed);
      for (let i = 0; i < 4; i++) expect(await ask(other.port, '/api/v1/things')).toMatchObject({ body: 'fine' });
      expect(mixed[0].asked).toHaveLength(1);
    });

    it('GET succeeds while two of four replicas are gone', async () => {
      const alive = await replicas(2, says('fine'));
      const nginx = await nginxBefore(await freePort(), await freePort(), ...alive);
      for (let i = 0; i < 8; i++) {
        expect(await ask(nginx.port, '/api/v1/things')).toMatchObject({ body: 'fine' });
        expect(await ask(nginx.port, '/api/v1/things', { method: 'POST', body: '{}' })).toMatchObject({ body: 'fine' });
      }
    });

    it('a request that was never sent goes to another one, a POST too', async () => {
      const [alive] = await replicas(1, says('fine'));
      const nginx = await nginxBefore(await freePort(), alive);
      for (let i = 0; i < 4; i++) {
        expect(await ask(nginx.port, '/api/v1/things', { method: 'POST', body: '{}' })).toMatchObject({ body: 'fine' });
      }
      expect(alive.asked).toHaveLength(4);
    });
  });

  it('a read that a stopping replica refuses goes to another one, a write does not', async () => {
    const stops: Parameters<typeof aReplica>[0] = (_request, response) => {
      response.statusCode = 502;
      response.end('stopping');
    };
    const both = [...(await replicas(1, stops)), ...(await replicas(1, says('fine')))];
    const nginx = await nginxBefore(...both);
    for (let i = 0; i < 4; i++) expect(await ask(nginx.port, '/api/v1/things')).toMatchObject({ body: 'fine' });
    // After the first refusal it gets no requests.
    expect(both[0].asked).toHaveLength(1);
    const other = await nginxBefore(...(await replicas(3, stops)));
    const write = await ask(other.port, '/api/v1/things', { method: 'POST', body: '{}' });
    expect(write).toMatchObject({ status: 502, body: 'stopping' });
  });

  describe('a replica that is not ready', () => {
    const notReady: Parameters<typeof aReplica>[0] = (request, response) => {
      response.statusCode = request.url === '/health/ready' ? 503 : 200;
      response.end(response.statusCode === 200 ? 'fine' : 'stopping');
    };

    it('does not make the host unready, and still gets requests', async () => {
      const both = [...(await replicas(1, notReady)), ...(await replicas(1, says('fine')))];
      const { port } = await nginxBefore(...both);
      for (let i = 0; i < 4; i++) expect((await ask(port, '/health/ready')).body).toBe('fine');
      for (let i = 0; i < 4; i++) expect((await ask(port, '/api/v1/things')).body).toBe('fine');
      expect(both[0].asked).toContain('GET /api/v1/things');
    });

    it('makes the host unready if no replica is ready', async () => {
      const { port } = await nginxBefore(...(await replicas(2, notReady)));
      for (let i = 0; i < 3; i++)
        expect(await ask(port, '/health/ready')).toMatchObject({ status: 503, body: 'stopping' });
    });
  });

  describe('one client removes no instance for the others', () => {
    it('with uploads that are refused', async () => {
      const answers: Parameters<typeof aReplica>[0] = (request, response) =>
        (request.method === 'POST' ? resets : says('fine'))(request, response);
      const { port } = await nginxBefore(...(await replicas(2, answers)));
      for (let i = 0; i < 6; i++) {
        const body = Buffer.alloc(2_000_000);
        const refused = await ask(port, '/api/v1/catalogue/imports', { method: 'POST', body });
        expect(refused).toMatchObject({ status: 502, body: { code: 'UNAVAILABLE' } });
        expect(await ask(port, '/api/v1/things')).toMatchObject({ status: 200, body: 'fine' });
      }
    });

    it('with requests that Node’s parser refuses, followed by a body', async () => {
      const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nX-A: \x01\r\nContent-Length: 262144\r\n\r\n';
      const attack = async () => {
        const line = wire(nginx.port);
        line.socket.write(head);
        for (let sent = 0; sent < 16 && line.socket.writable; sent++) {
          line.socket.write('x'.repeat(16_384));
          await new Promise((done) => setImmediate(done));
        }
        for (let tries = 0; !line.received() && tries < 100; tries++) await sleep(20);
        line.socket.destroy();
        return line.received().slice(0, 12);
      };
      const answers: string[] = [];
      for (let round = 0; round < 10; round++) {
        answers.push(...(await Promise.all(Array.from({ length: 8 }, attack))));
      }
      expect(answers).toEqual(answers.map(() => 'HTTP/1.1 400'));
    });
  });

  describe('replicas.sh', () => {
    it('returns after all requests of the removed replica have ended', async () => {
      const answer: Parameters<typeof aReplica>[0] = (request, response) => {
        setTimeout(() => response.end('fine'), request.url === '/api/slow' ? 3_000 : 0);
      };
      const both = await replicas(2, answer);
      const nginx = await nginxBefore(...both);
      const ended: string[] = [];
      const slow = Promise.all(
        [1, 2].map(() => ask(nginx.port, '/api/slow').then(({ status }) => ended.push(`slow ${status}`))),
      );
      await sleep(300);
      const { code, output } = await nginx.replicas('without', `127.0.0.1:${both[0].port}`);
      ended.push(`script ${code} ${output}`);
      await slow;
      expect(ended).toEqual(['slow 200', 'slow 200', 'script 0 ']);
    });

    it('refuses an unknown replica, and the last one', async () => {
      const [only] = await replicas(1, says('fine'));
      const nginx = await nginxBefore(only);
      for (const words of [
        ['without', '127.0.0.1:1'],
        ['without', `127.0.0.1:${only.port}`],
        ['without'],
        ['some'],
        [],
      ]) {
        expect((await nginx.replicas(...words)).code).toBe(1);
      }
      expect((await ask(nginx.port, '/api/v1/x')).body).toBe('fine');
    });

    describe('under load', () => {
      let apps: TestApp[];
      let author: Client;
      let board: { id: number };
      let nginx: Nginx;
      /** The number of requests of each instance. */
      const got = [0, 0];
      beforeAll(async () => {
        apps = [await startApp(), await startApp({ keepData: true })];
        const ports: number[] = [];
        for (const [i, { app }] of apps.entries()) {
          await app.listen(0, '127.0.0.1');
          const server = app.getHttpServer() as Server;
          server.on('request', () => got[i]++);
          ports.push((server.address() as { port: number }).port);
        }
        author = await anAccount(apps[0]);
        board = await aBoard(apps[0], { owner: author });
        nginx = await nginxBefore(...ports);
      });

      it('removes one and adds it again without a failed request', async () => {
        const first = apps[0].app.getHttpServer().address() as { port: number };
        const load = startLoad();
        await sleep(500);
        expect(await nginx.replicas('without', `127.0.0.1:${first.port}`)).toEqual({ code: 0, output: '' });
        const before = [...got];
        await sleep(1_000);
        const meanwhile = got.map((count, i) => count - before[i]);
        expect(await nginx.replicas('all')).toEqual({ code: 0, output: '' });
        await sleep(500);
        const back = got[0] - before[0];
        const { reads, writes, failed } = await load.stop();

        expect(meanwhile[0]).toBe(0);
        expect(meanwhile[1]).toBeGreaterThan(10);
        expect(back).toBeGreaterThan(5);
        expect(failed).toEqual([]);
        expect(reads).toBeGreaterThan(50);
        const rows = await readRows(apps[1].database, 'SELECT id FROM posts WHERE board_id = ?', [board.id]);
        expect(writes).toBeGreaterThan(5);
        expect(rows).toHaveLength(writes);
      });

      /** Reads on kept connections, as from a load balancer, and writes, each on a new one. */
      function startLoad() {
        const agent = new Agent({ keepAlive: true, maxSockets: 8 });
        const failed: string[] = [];
        const stopped = new AbortController();
        let [reads, writes] = [0, 0];
        const repeat = async (work: () => Promise<void>) => {
          while (!stopped.signal.aborted)
            await work().then(
              () => sleep(10),
              (error: Error) => void failed.push(error.message),
            );
        };
        const read = async (): Promise<void> => {
          // Before nginx 1.27.4 a stopping worker closes kept connections at any time. Clients then repeat a GET, as
          // every load balancer and HTTP client does: at most once for each connection.
          const list = (): Promise<{ status: number }> =>
            ask(nginx.port, `/api/v1/boards/${board.id}/posts`, { agent }).catch((error) =>
              error.reused ? list() : Promise.reject(error),
            );
          const { status } = await list();
          if (status === 200) reads++;
          else failed.push(`GET ${status}`);
        };
        const write = async (): Promise<void> => {
          const { status } = await ask(nginx.port, `/api/v1/boards/${board.id}/posts`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${author.accessToken}`, 'Content-Type': 'application/json' },
            body: JSON.stringify({ title: `글 ${writes}`, content: '내용' }),
          });
          if (status === 201) writes++;
          else failed.push(`POST ${status}`);
        };
        const done = Promise.all([repeat(read), repeat(read), repeat(read), repeat(write)]);
        return {
          async stop() {
            stopped.abort();
            await done;
            agent.destroy();
            return { reads, writes, failed };
          },
        };
      }
    });
  });
  describe('slow requests and answers', () => {
    // Upper limits are wide, for a busy machine: otherwise a slow client would go on for ever.
    it('a header sent byte by byte is ended after 10 s', async () => {
      expect((await outcome)[0].took).toBeGreaterThan(9_000);
      expect((await outcome)[0].took).toBeLessThan(20_000);
    });

    it('a body that stops is ended by the app at its deadline of 5 s', async () => {
      expect((await outcome)[1].took).toBeGreaterThan(4_000);
      expect((await outcome)[1].took).toBeLessThan(20_000);
    });

    it('a body sent byte by byte is ended then too, with 408', async () => {
      expect((await outcome)[2].took).toBeGreaterThan(4_000);
      expect((await outcome)[2].took).toBeLessThan(30_000);
      expect((await outcome)[2].received).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
    });

    it('a replica that hangs is 504 after 10 s, and not asked twice', async () => {
      const { took, answer, asked } = (await outcome)[3];
      expect(answer).toMatchObject({ status: 504, headers: { 'retry-after': '2' }, body: { code: 'UNAVAILABLE' } });
      expect([took > 9_000, took < 20_000, asked]).toEqual([true, true, 1]);
    });

    it('a client that does not read its answer is ended after 10 s', async () => {
      expect((await outcome)[4]).toBeGreaterThan(9_000);
      expect((await outcome)[4]).toBeLessThan(20_000);
    });

    it('an idle connection of nginx is not ended', async () => expect((await outcome)[5]).toBe(2));
  });
});
