import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { printTable } from './lib/measure.mjs';
import { closedLoop, Connections, openLoop, percentile } from './lib/open-loop.mjs';
import { aCampus, call, Server, succeed } from './lib/server.mjs';

/**
 * `node bench/overload.mjs [off]`: answers and their times at five times the capacity; with `off` without the shedder.
 * Needs Linux, root, an idle machine and two cores. The server has one core. This program has priority on the other, so
 * that it keeps its rate. MySQL has the rest of that core, because in production it is on another host.
 */

const GENERATOR_CORE = '0';
const SERVER_CORE = '1';
/** Less than the lowest limit of the shedder. */
const WIDTH = 5;
/** Connections that are open from the start, as with a proxy: Node accepts one new connection in a turn of its loop. */
const OPEN = 400;
const TIMES = 5;
/** Goals: times normal, and milliseconds. */
const SLOWER = 3;
const SHED_WITHIN = 100;
const LIVE_WITHIN = 500;
/** With a larger lag, the generator would measure itself. */
const LAG = 10;

const shedding = process.argv[2] === 'off' ? 'off' : 'on';
pin(process.pid, GENERATOR_CORE);
const server = await Server.start({ LOAD_SHEDDING: shedding });
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  await server.stop();
}

async function main() {
  pin(server.app.pid, SERVER_CORE);
  pin(server.databasePid, GENERATOR_CORE);
  schedule(server.databasePid, '--idle', 0);
  // Only now: programs that this one starts would inherit it.
  schedule(process.pid, '--rr', 10);
  const next = await traffic();
  const connections = new Connections(server.port);
  await closedLoop(connections, { width: OPEN, seconds: 6, next });
  await sleep(1_000);
  await closedLoop(connections, { width: WIDTH, seconds: 6, next });
  const { rate: capacity } = await closedLoop(connections, { width: WIDTH, seconds: 8, next });
  console.log(`capacity: ${Math.round(capacity)} requests a second`);
  await sleep(1_000);
  const normal = await openLoop(connections, { rate: capacity / 2, seconds: 10, next });
  await sleep(1_000);
  const live = watchLive();
  const overload = await openLoop(connections, { rate: capacity * TIMES, seconds: 20, next, isRight: saysWhen });
  const liveTimes = await live.stop();
  await sleep(1_000);
  const after = await openLoop(connections, { rate: capacity / 2, seconds: 5, next });
  connections.close();
  const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  const counted = Number(/madang_problems_total\{code="OVERLOADED"\} (\d+)/.exec(metrics)?.[1] ?? 0);
  return judge({ normal, overload, after, liveTimes, counted });
}

/** All threads of a process, also later ones. */
function pin(pid, core) {
  execFileSync('taskset', ['-acp', core, String(pid)], { stdio: 'ignore' });
}

/** `--rr` has priority over all other processes of a core, `--idle` gets the rest. */
function schedule(pid, policy, priority) {
  execFileSync('chrt', ['--all-tasks', policy, '--pid', String(priority), String(pid)], { stdio: 'ignore' });
}

/** Mostly reads of members; one request in twenty writes a comment. Returns the text of the next request. */
async function traffic() {
  const { accounts, board } = await aCampus(server.api, 20);
  const posts = [];
  for (let i = 0; i < 60; i++) {
    const { token } = accounts[i % accounts.length];
    const body = {
      title: `글 ${i}`,
      content: '운영체제 중간고사 족보를 같이 보실 분 구합니다. '.repeat(10),
      tags: ['시험'],
    };
    posts.push((await succeed(call(server.api, 'POST', `/boards/${board.id}/posts`, { token, body }))).id);
  }
  let n = 0;
  return () => {
    n += 1;
    const { token } = accounts[n % accounts.length];
    const post = posts[(n * 7) % posts.length];
    if (n % 20 === 0) return request('POST', `/posts/${post}/comments`, token, { content: `댓글 ${n}` });
    if (n % 10 === 1) return request('GET', '/accounts/me', token);
    if (n % 3 === 0) return request('GET', `/posts/${post}`, token);
    return request('GET', `/boards/${board.id}/posts`, token);
  };
}

function request(method, path, token, body) {
  const text = body ? JSON.stringify(body) : '';
  const type = body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` : '';
  return `${method} /api/v1${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n${type}\r\n${text}`;
}

/** Asks ten times a second, each time on a new connection, as a load balancer does. */
function watchLive() {
  const asked = [];
  const timer = setInterval(() => {
    const began = performance.now();
    const answer = fetch(`http://127.0.0.1:${server.port}/health/live`, { headers: { connection: 'close' } });
    asked.push(
      answer.then(({ status }) => (status === 200 ? performance.now() - began : Infinity)).catch(() => Infinity),
    );
  }, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.all(asked);
    },
  };
}

function saysWhen(head) {
  return /\r\nretry-after: [1-9]/i.test(head) && /\r\ncontent-type: application\/problem\+json/i.test(head);
}

function judge({ normal, overload, after, liveTimes, counted }) {
  const isGood = ({ status }) => status >= 200 && status < 300;
  const times = (answers) => answers.map(({ took }) => took);
  const shed = overload.answers.filter(({ status }) => status === 503);
  const other = overload.answers.filter((one) => !isGood(one) && one.status !== 503);
  const complete = shed.filter(({ isRight }) => isRight);
  const row = (name, list) => [
    ...[name, list.length],
    ...[0.5, 0.99, 0.999, 1].map((part) => `${percentile(list, part).toFixed(1)} ms`),
  ];
  printTable(
    ['answers', 'number', 'median', '99 of 100', '999 of 1,000', 'slowest'],
    [
      row('half of capacity', times(normal.answers.filter(isGood))),
      row(`${TIMES} × capacity: accepted`, times(overload.answers.filter(isGood))),
      row(`${TIMES} × capacity: 503`, times(shed)),
      row('half of capacity again', times(after.answers.filter(isGood))),
      row('/health/live meanwhile', liveTimes),
      row('lag of the generator', overload.lags),
    ],
  );
  const p99 = (answers) => percentile(times(answers.filter(isGood)), 0.99);
  const slower = p99(overload.answers) / p99(normal.answers);
  const goodput = overload.answers.filter(isGood).length / (overload.answers.length / overload.rate);
  console.log(`accepted: ${Math.round(goodput)} a second, 99 of 100 within ${slower.toFixed(2)} × normal`);
  console.log(`503 with Retry-After: ${complete.length} of ${shed.length}; counted in /metrics: ${counted}`);
  const wanted = {
    'the generator keeps its rate': percentile(overload.lags, 0.99) < LAG,
    [`99 of 100 accepted within ${SLOWER} × normal`]: slower <= SLOWER,
    [`99 of 100 answers 503 within ${SHED_WITHIN} ms`]: percentile(times(shed), 0.99) < SHED_WITHIN,
    '503 says when to try again': complete.length === shed.length && shed.length > 0,
    'each is counted': counted >= shed.length,
    'nothing else went wrong': other.length + overload.unanswered === 0,
    [`/health/live within ${LIVE_WITHIN} ms`]: Math.max(...liveTimes) < LIVE_WITHIN,
    '99 of 100 are taken afterwards': after.answers.filter(isGood).length >= after.answers.length * 0.99,
  };
  for (const [what, is] of Object.entries(wanted)) console.log(`${is ? 'yes' : 'NO '}  ${what}`);
  return Object.values(wanted).every(Boolean);
}
