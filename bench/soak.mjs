import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { aCampus, Server } from './lib/server.mjs';
import { median, printTable } from './lib/measure.mjs';
import { seededRandom } from './lib/random.mjs';

/**
 * `node bench/soak.mjs [seconds] [rate]`: 600 seconds at 100 requests a second, a third of them writes. Reads memory,
 * descriptors and connections of the server from /metrics, and prints them by tenths of the run. Ends with 1 if one of
 * them grows, or if a request fails or never ends.
 */

const SECONDS = Number(process.argv[2] ?? 600);
const RATE = Number(process.argv[3] ?? 100);
if (!(SECONDS >= 20) || !(RATE >= 1)) throw new Error('Usage: node bench/soak.mjs [seconds, 20 or more] [rate]');

const MEMBERS = 16;
const SAMPLE_EVERY = Math.min(5_000, (SECONDS * 1_000) / 40);
/** Allowed growth of the last third of the samples over the first. The first fifth of the run is for warming up. */
const FLAT = {
  process_resident_memory_bytes: { name: 'memory', unit: 1e6, factor: 1.1, slack: 20e6 },
  nodejs_heap_size_used_bytes: { name: 'heap', unit: 1e6, factor: 1.1, slack: 10e6, lowest: true },
  process_open_fds: { name: 'other descriptors', unit: 1, factor: 1, slack: 4 },
  // As many as the load needs, up to the pool's limit. Idle ones are closed after a minute.
  madang_db_pool_connections: { name: 'connections', unit: 1, factor: 0, slack: 16 },
};
const IN_PROGRESS = 'madang_http_requests_in_progress';

// As many sockets as a proxy keeps.
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const random = seededRandom(20_261_128);
const pick = (list) => list[Math.floor(random() * list.length)];
const answers = new Map();
const lags = [];
let unanswered = 0;
let sequence = 0;

const server = await Server.start();
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  agent.destroy();
  await server.stop();
}

async function main() {
  const campus = await aCampus(server.api, MEMBERS);
  const posts = [];
  for (let i = 0; i < 50; i++) await write(campus, posts);
  const samples = [];
  const began = performance.now();
  const sampling = sample(samples, began);
  await load(campus, posts, began);
  await sampling;
  await sleep(1_000);
  const after = await metrics();
  return report(samples, after);
}

/** An open loop: requests start at fixed times, also while earlier ones are unanswered. */
async function load(campus, posts, began) {
  const open = new Set();
  for (let n = 0; n < SECONDS * RATE; n++) {
    const due = began + (n * 1_000) / RATE;
    await sleep(Math.max(0, due - performance.now()));
    lags.push(performance.now() - due);
    const one = act(campus, posts).finally(() => open.delete(one));
    open.add(one);
  }
  await Promise.all(open);
}

function act(campus, posts) {
  const { token } = pick(campus.accounts);
  const post = pick(posts);
  const kinds = [
    () => ask('GET', `/boards/${campus.board.id}/posts`),
    () => ask('GET', `/posts/${post}`, { token }),
    () => ask('GET', `/posts/${post}/comments`, { token }),
    () => ask('GET', '/posts?limit=20', { token }),
    () => ask('GET', '/boards'),
    () => ask('GET', '/accounts/me', { token }),
    () => write(campus, posts),
    () => ask('POST', `/posts/${post}/comments`, { token, body: { content: `댓글 ${++sequence}` } }),
    () => ask(pick(['PUT', 'DELETE']), `/posts/${post}/scrap`, { token }),
  ];
  return pick(kinds)();
}

async function write({ accounts, board }, posts) {
  const body = { title: `글 ${++sequence}`, content: '내용 '.repeat(50), tags: [pick(['질문', '후기', '모집'])] };
  const post = await ask('POST', `/boards/${board.id}/posts`, { token: pick(accounts).token, body });
  // The newest fifty, which people read most.
  if (post?.id && posts.push(post.id) > 50) posts.shift();
}

/** Sends one request, counts its status, and returns the body of a success. */
function ask(method, path, { token, body } = {}) {
  return new Promise((resolve) => {
    const lost = () => {
      unanswered++;
      resolve(undefined);
    };
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    };
    const sent = request(`${server.api}${path}`, { agent, method, headers, timeout: 15_000 }, (answer) => {
      const chunks = [];
      answer.on('error', lost);
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        answers.set(answer.statusCode, (answers.get(answer.statusCode) ?? 0) + 1);
        const text = Buffer.concat(chunks).toString();
        resolve(answer.statusCode < 300 && text ? JSON.parse(text) : undefined);
      });
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', lost);
    sent.end(body && JSON.stringify(body));
  });
}

async function sample(samples, began) {
  while (performance.now() - began < SECONDS * 1_000) {
    await sleep(SAMPLE_EVERY);
    const seen = await metrics();
    // Sockets of this program and the pool's connections follow the load, so they are subtracted.
    seen.process_open_fds -= [agent.sockets, agent.freeSockets].flatMap((all) => Object.values(all).flat()).length;
    seen.process_open_fds -= seen.madang_db_pool_connections;
    samples.push(seen);
  }
}

/** Each metric of the server, summed over its labels. */
async function metrics() {
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  const sums = {};
  for (const [, name, value] of text.matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm))
    sums[name] = (sums[name] ?? 0) + Number(value);
  return sums;
}

function report(samples, after) {
  const tenths = Array.from({ length: 10 }, (_, i) => part(samples, i / 10, (i + 1) / 10));
  const rows = tenths.map((tenth, i) => [
    `${Math.round(((i + 1) * SECONDS) / 10)} s`,
    ...Object.entries(FLAT).map(([metric, { unit }]) => (median(tenth.map((one) => one[metric])) / unit).toFixed(0)),
  ]);
  printTable(['until', 'memory, MB', 'heap, MB', 'descriptors', 'connections'], rows);
  const statuses = [...answers].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  lags.sort((a, b) => a - b);
  const [p99, longest] = [lags[Math.floor(lags.length * 0.99)], lags.at(-1)];
  console.log(`answers: ${statuses.join(', ')}; without an answer: ${unanswered}`);
  console.log(`the generator's own lag: p99 ${p99.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`);
  const complaints = [
    ...Object.keys(FLAT).flatMap((metric) => growthOf(metric, samples)),
    ...[...answers.keys()]
      .filter((status) => status >= 400)
      .map((status) => `${answers.get(status)} answers ${status}`),
    ...(unanswered > 0 ? [`${unanswered} requests without an answer`] : []),
    ...(after[IN_PROGRESS] > 1 ? [`${after[IN_PROGRESS] - 1} requests never ended`] : []),
  ];
  for (const complaint of complaints) console.log(`NOT FLAT: ${complaint}`);
  if (complaints.length === 0) console.log('flat');
  return complaints.length === 0;
}

function growthOf(metric, samples) {
  const { name, unit, factor, slack, lowest } = FLAT[metric];
  // Of the heap the minimum counts: it always grows between two collections.
  const level = (from, to) => {
    const values = part(samples, from, to).map((one) => one[metric]);
    return lowest ? Math.min(...values) : median(values);
  };
  const [first, last] = [level(0.2, 0.47), level(0.73, 1)];
  if (Number.isFinite(first) && last <= first * factor + slack) return [];
  return [`${name} from ${(first / unit).toFixed(0)} to ${(last / unit).toFixed(0)}`];
}

function part(samples, from, to) {
  const some = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
  return some.length > 0 ? some : samples.slice(-1);
}
