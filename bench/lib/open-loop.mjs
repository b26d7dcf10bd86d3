import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/** A request fails after this many milliseconds without an answer. */
const PATIENCE = 20_000;
const TICK = 1;

/**
 * A client that keeps connections open and reads as little of an answer as possible: it must need far less CPU than the
 * server.
 */
export class Connections {
  idle = [];
  open = 0;
  opened = 0;

  constructor(port) {
    this.port = port;
  }

  /**
   * @param {string} text the whole request
   * @param {(answer: {status: number, head: string}) => void} done status is 0 without an answer
   */
  send(text, done) {
    const connection = this.idle.pop() ?? new Connection(this);
    connection.ask(text, done);
  }

  close() {
    for (const { socket } of this.idle.splice(0)) socket.destroy();
  }
}

class Connection {
  received = '';
  done = undefined;

  constructor(pool) {
    this.pool = pool;
    pool.open += 1;
    // Each from its own network, because the server counts requests without an account by network.
    const localAddress = `127.0.${pool.opened++ % 256}.1`;
    this.socket = connect({ port: pool.port, host: '127.0.0.1', localAddress }).setNoDelay(true).setEncoding('latin1');
    this.socket.on('data', (text) => this.read(text));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      pool.open -= 1;
      pool.idle = pool.idle.filter((one) => one !== this);
      this.finish({ status: 0, head: '' });
    });
  }

  ask(text, done) {
    this.done = done;
    this.socket.write(text);
  }

  read(text) {
    this.received += text;
    const end = this.received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.received.slice(0, end))?.[1] ?? 0);
    if (this.received.length < end + 4 + length) return;
    const head = this.received.slice(0, end);
    this.received = '';
    if (/\r\nconnection: close/i.test(head)) this.socket.destroy();
    else this.pool.idle.push(this);
    this.finish({ status: Number(head.slice(9, 12)), head });
  }

  finish(answer) {
    const { done } = this;
    this.done = undefined;
    done?.(answer);
  }
}

/**
 * Sends requests at a fixed rate, also while earlier ones are unanswered. Times count from the planned start of a
 * request. So a late generator does not make answers look fast. Its lag is reported too.
 *
 * @param {Connections} connections
 * @param {{rate: number, seconds: number, next: () => string, isRight?: (head: string) => boolean}} load
 */
export async function openLoop(connections, { rate, seconds, next, isRight = () => true }) {
  const count = Math.round(rate * seconds);
  // No object for each: garbage collection of tens of thousands would delay requests.
  const statuses = new Uint16Array(count);
  const took = new Float64Array(count);
  const right = new Uint8Array(count);
  const lags = new Float64Array(count);
  const began = performance.now();
  let sent = 0;
  let answered = 0;
  await new Promise((resolve) => {
    const send = (index) => {
      const due = began + (index * 1000) / rate;
      lags[index] = performance.now() - due;
      connections.send(next(), ({ status, head }) => {
        statuses[index] = status;
        took[index] = performance.now() - due;
        right[index] = isRight(head);
        if (++answered === count) resolve();
      });
    };
    const timer = setInterval(() => {
      const now = performance.now();
      while (sent < count && began + (sent * 1000) / rate <= now) send(sent++);
      if (now - began > seconds * 1000 + PATIENCE) resolve();
    }, TICK);
    setTimeout(() => clearInterval(timer), seconds * 1000 + PATIENCE).unref();
  });
  const answers = Array.from(statuses, (status, index) => ({ status, took: took[index], isRight: right[index] === 1 }));
  return {
    answers: answers.filter(({ took }) => took > 0),
    lags: [...lags],
    unanswered: count - answered,
    rate: count / seconds,
  };
}

/**
 * Keeps `width` requests in progress.
 *
 * @returns {Promise<{rate: number, took: number[], elapsed: number}>} successful answers a second; milliseconds of each
 *   request; and seconds until the last answer
 */
export async function closedLoop(connections, { width, seconds, next }) {
  const started = performance.now();
  const ends = started + seconds * 1000;
  const took = [];
  let good = 0;
  const one = async () => {
    while (performance.now() < ends) {
      const began = performance.now();
      const { status } = await new Promise((resolve) => connections.send(next(), resolve));
      took.push(performance.now() - began);
      if (status >= 200 && status < 300) good += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  return { rate: good / seconds, took, elapsed: (performance.now() - started) / 1000 };
}

/** @param {number[]} numbers */
export function percentile(numbers, part) {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
