import { execFile, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request, type Agent, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '@jest/globals';

const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const installed = PATH.split(':').some((folder) => existsSync(join(folder, 'nginx')));
// replicas.sh reads /proc, and only Linux has 127.0.0.2 by default.
const usable = installed && process.platform === 'linux';

if (!usable && process.env.CI !== 'true') {
  console.warn('SKIPPED: no nginx is installed (apt-get install nginx-light), so nobody looks at nginx/.');
}
/** CI requires nginx. */
export const withNginx = usable || process.env.CI === 'true' ? describe : describe.skip;

/** The load balancer of the tests, and another address. */
export const LOAD_BALANCER = '127.0.0.1';
export const STRANGER = '127.0.0.2';

export interface Nginx {
  port: number;
  /** The folder of uploaded files. */
  media: string;
  /** The lines of the access log so far that match `wanted`; waits until there is one. */
  logged(wanted: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>[]>;
  accessLog(): string;
  errorLog(): string;
  /** Runs replicas.sh. */
  replicas(...words: string[]): Promise<{ code: number; output: string }>;
  stop(): Promise<void>;
}

/** nginx, started by nginx/start.sh as in production, with another port and other folders. */
export async function startNginx(servers: number[], env: Record<string, string> = {}): Promise<Nginx> {
  if (!usable) throw new Error('No nginx is installed.');
  const folder = mkdtempSync(join(tmpdir(), 'madang-nginx-'));
  // If the tests run as root, the workers are another user.
  chmodSync(folder, 0o755);
  const media = join(folder, 'media');
  mkdirSync(media);
  const port = await freePort();
  const environment = {
    PATH,
    NGINX_RUN: join(folder, 'run'),
    NGINX_LISTEN: `127.0.0.1:${port}`,
    APP_SERVERS: servers.map((server) => `127.0.0.1:${server}`).join(','),
    LOAD_BALANCER_NETWORKS: `${LOAD_BALANCER}/32`,
    MEDIA_ROOT: media,
    ...env,
  };
  const [out, err] = ['access', 'error'].map((name) => openSync(join(folder, name), 'a'));
  const nginx = spawn('sh', [resolve('nginx/start.sh')], { env: environment, stdio: ['ignore', out, err] });
  [out, err].forEach(closeSync);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const ended = new Promise<void>((done) => nginx.once('exit', () => done()));
  const stop = async () => {
    nginx.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await listens(port)); tries++) {
    // A busy machine is slow. Only an nginx that has ended never listens.
    if (nginx.exitCode !== null || tries > 600) throw new Error(`nginx does not start: ${read('error')}`);
    await sleep(50);
  }
  return {
    port,
    media,
    accessLog: () => read('access'),
    errorLog: () => read('error'),
    async logged(wanted) {
      for (let tries = 0; ; tries++) {
        const lines = read('access').trim().split('\n').filter(Boolean);
        const found = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(wanted);
        if (found.length > 0 || tries > 40) return found;
        await sleep(50);
      }
    },
    replicas: (...words) =>
      new Promise((done) => {
        const script = resolve('nginx/replicas.sh');
        execFile('sh', [script, ...words], { env: environment, timeout: 60_000 }, (error, stdout, stderr) =>
          done({ code: error ? Number(error.code ?? -1) : 0, output: stdout + stderr }),
        );
      }),
    stop,
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => done(true));
    socket.once('error', () => done(false)).once('connect', () => socket.destroy());
  });
}

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The source address of the connection. */
  from?: string;
  agent?: Agent;
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** The body, parsed if it is uncompressed JSON. */
  body: any;
}

/** One HTTP request, on its own connection unless there is an agent. */
export function ask(port: number, path: string, question: Question = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, from = LOAD_BALANCER, agent } = question;
  return new Promise((done, failed) => {
    const length: Record<string, number> = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        localAddress: from,
        agent: agent ?? false,
        headers: { ...length, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const json = /json/.test(response.headers['content-type'] ?? '') && !response.headers['content-encoding'];
          const parsed: unknown = json && bytes.length > 0 ? JSON.parse(bytes.toString()) : bytes.toString();
          done({ status: response.statusCode!, headers: response.headers, bytes, body: parsed });
        });
      },
    );
    sent.on('error', (error) => failed(Object.assign(error, { reused: sent.reusedSocket })));
    sent.end(body);
  });
}

/** A raw connection, for any bytes at any speed. */
export interface Wire {
  socket: Socket;
  received(): string;
  /** Milliseconds from opening to end. */
  ended: Promise<number>;
}

export function wire(port: number, from = LOAD_BALANCER): Wire {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  const begun = performance.now();
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const ended = new Promise<number>((done) => socket.on('close', () => done(performance.now() - begun)));
  return { socket, received: () => text, ended };
}

/** The answer to these bytes. Some announce a body that never comes, so this does not wait for the end. */
export async function exchange(port: number, bytes: string): Promise<{ status: number; headers: string; body: any }> {
  const line = wire(port);
  line.socket.write(bytes, 'latin1');
  const whole = new Promise<void>((done) => line.socket.on('data', () => isWhole(line.received()) && done()));
  await Promise.race([line.ended, whole]);
  line.socket.destroy();
  const [head, body = ''] = line.received().split('\r\n\r\n');
  const headers = head.toLowerCase();
  return { status: Number(head.split(' ')[1]), headers, body: headers.includes('json') ? JSON.parse(body) : body };
}

function isWhole(text: string): boolean {
  const [head, body] = text.split('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length);
}
