import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

// Users of the API during a deploy: reads and comments at a fixed rate, independent of the answers' duration, on open
// connections. They come as through a load balancer.

const PER_SECOND = 100;
/** Every tenth is a comment. */
const WRITE_EVERY = 10;
const MEMBERS = 90;
/** Milliseconds: the API accepts a member's comment every 5 s. */
const REST = 7_000;
/** Comments are on several posts. On one post all would wait for its row. */
const POSTS = 10;
const PATIENCE = 10_000;

/** Counts of one period. */
export class Tally {
  reads = 0;
  writes = 0;
  /** Repeated on a new connection, as HTTP allows: the idle one was closed while the request was sent. */
  askedAgain = 0;
  /** @type {string[]} */
  failedReads = [];
  /** Comments that were not acknowledged at the first try; each is repeated until it is. @type {string[]} */
  failedWrites = [];
  slowest = 0;
}

export class Traffic {
  agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Connections that have had a request. Node's own `reusedSocket` misses those that are reused at once. */
  used = new WeakSet();
  tally = new Tally();
  /** Contents of comments that got 201. @type {Set<string>} */
  acknowledged = new Set();
  /** Accounts that may comment now, the one with the longest wait first. @type {string[]} */
  rested = [];
  /** Ids. @type {number[]} */
  posts = [];
  under = new Set();
  running = false;

  /** @param {string} origin */
  constructor(origin) {
    this.origin = origin;
  }

  /** Creates a board, members, and posts to comment on. @param {{username: string, password: string}} admin */
  async prepare(admin) {
    const session = await this.must('POST /auth/login', { body: admin });
    const token = session.accessToken;
    const board = await this.must('POST /boards', { token, body: { name: '배포 연습', slug: 'rehearsal' } });
    const names = Array.from({ length: MEMBERS }, (_, i) => `rehearsal${i}`);
    for (let i = 0; i < names.length; i += 6) {
      const some = names
        .slice(i, i + 6)
        .map((username) => this.must('POST /auth/register', { body: newcomer(username) }));
      this.rested.push(...(await Promise.all(some)).map(({ accessToken }) => accessToken));
    }
    const posts = `/boards/${board.id}/posts`;
    for (const [i, author] of this.rested.slice(0, POSTS).entries()) {
      const body = { title: `배포하는 동안 ${i}`, content: `계속 쓸 수 있어요 ${i}`, tags: ['배포'] };
      this.posts.push((await this.must(`POST ${posts}`, { token: author, body })).id);
    }
    this.reading = ['/boards', posts, ...this.posts.map((id) => `/posts/${id}?comments=20`), '/posts'];
  }

  start() {
    this.running = true;
    this.ended = this.keepRate();
  }

  /** Ends after all requests in progress have their answer. */
  async stop() {
    this.running = false;
    await this.ended;
    await Promise.all(this.under);
    this.agent.destroy();
  }

  /** The counts since the last call. */
  take() {
    const taken = this.tally;
    this.tally = new Tally();
    return taken;
  }

  async keepRate() {
    const began = performance.now();
    for (let sent = 0; this.running;) {
      const due = ((performance.now() - began) * PER_SECOND) / 1000;
      for (; sent < due; sent++) this.send(sent);
      await sleep(5);
    }
  }

  send(number) {
    const token = number % WRITE_EVERY === 0 && this.rested.shift();
    const done = token ? this.write(token, this.posts[(number / WRITE_EVERY) % POSTS]) : this.read(number);
    this.under.add(done);
    void done.finally(() => this.under.delete(done));
  }

  async read(number) {
    const path = this.reading[number % this.reading.length];
    this.tally.reads++;
    const { status, words, took } = await this.ask('GET', path, {});
    this.tally.slowest = Math.max(this.tally.slowest, took);
    if (status !== 200) this.tally.failedReads.push(`${path}: ${status} ${words}`.slice(0, 200));
  }

  /** With a key, and repeated with the same key until it is acknowledged, as a client should. */
  async write(token, post) {
    const content = `댓글 ${randomUUID()}`;
    const key = randomUUID();
    this.tally.writes++;
    for (let tries = 0; tries < 10 && !this.acknowledged.has(content); tries++) {
      if (tries > 0) await sleep(1_000);
      const { status, words } = await this.ask('POST', `/posts/${post}/comments`, { token, key, body: { content } });
      if (status === 201) this.acknowledged.add(content);
      else this.tally.failedWrites.push(`${status} ${words}`.slice(0, 200));
    }
    setTimeout(() => this.rested.push(token), REST).unref();
  }

  /** Never throws: without an answer the status is 0. */
  async ask(method, path, about) {
    const began = performance.now();
    let answer = await this.once(method, path, about, this.agent);
    if (answer.stale) {
      this.tally.askedAgain++;
      answer = await this.once(method, path, about, false);
    }
    return { ...answer, took: performance.now() - began };
  }

  once(method, path, { token, body, key }, agent) {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    if (token) headers.authorization = `Bearer ${token}`;
    if (key) headers['idempotency-key'] = key;
    if (body) headers['content-type'] = 'application/json';
    return new Promise((resolve) => {
      const call = request(`${this.origin}/api/v1${path}`, { method, headers, agent, timeout: PATIENCE });
      let begun = false;
      let usedBefore = false;
      call.on('socket', (socket) => {
        usedBefore = this.used.has(socket);
        this.used.add(socket);
      });
      call.on('response', (answer) => {
        begun = true;
        let words = '';
        answer.setEncoding('utf8').on('data', (text) => (words += text));
        answer.on('end', () => resolve({ status: answer.statusCode, words }));
        answer.on('error', (error) => resolve({ status: 0, words: error.message }));
      });
      call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
      call.on('error', (error) => {
        const stale = !begun && usedBefore && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        const connection = `${new Date().toISOString()} ${agent ? 'kept' : 'new'} connection, ${usedBefore ? 'used before' : 'first request'}`;
        resolve({ status: 0, words: `${error.message} (${connection})`, stale });
      });
      call.end(body && JSON.stringify(body));
    });
  }

  async must(what, about) {
    const [method, path] = what.split(' ');
    const { status, words } = await this.ask(method, path, about);
    if (status < 200 || status > 299) throw new Error(`${what} answered ${status}: ${words}`);
    return JSON.parse(words);
  }
}

function newcomer(username) {
  return { username, password: `${randomUUID()}-9si`, nickname: username };
}
