import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accountsOf } from '../seed.mjs';
import { median, printTable } from '../lib/measure.mjs';
import { closedLoop, Connections, percentile } from '../lib/open-loop.mjs';
import { openCampus, statements } from './database.mjs';
import { plot } from './plot.mjs';
import { cpuOf, cpuOfMachine, memoryOf, Program } from './processes.mjs';
import { JWT_SECRET, tokenOf, workloads } from './workloads.mjs';

/**
 * `npm run bench`: Madang against the baseline (server.mjs) on one seeded database, each workload in turn A B A B with 32
 * connections and with 4. First it compares their answers and counts the baseline's statements. Limits, log and metrics
 * are on. Linux, an idle machine.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    posts: { type: 'string', default: '200000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    save: { type: 'boolean', default: false },
  },
});
const POSTS = Number(options.posts);
const SECONDS = Number(options.seconds);
const ROUNDS = Number(options.rounds);
const WIDTHS = [32, 4];
const RESULTS = join(ROOT, 'bench/baseline/results.json');
const PLOT = join(ROOT, 'bench/baseline/results.svg');
/** Part of the processor time of a measurement that other programs may use. */
const FOREIGN = 0.05;

const folder = mkdtempSync(join(tmpdir(), 'madang-bench-'));
/** Cursors of the deep page, by program. */
const cursors = new Map();
const campus = await openCampus(POSTS);
const programs = [];
try {
  await main();
} finally {
  for (const program of programs) await program.stop();
  await campus.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const { host, port, user, password, database } = campus.options;
  const env = {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_PASSWORD: password,
    DB_NAME: database,
    JWT_SECRET,
  };
  const ours = {
    ...env,
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    LOAD_SHEDDING: 'off',
    MAIL_DIRECTORY: join(folder, 'mail'),
  };
  programs.push(
    await Program.start('Madang', 'dist/main.js', ours, '/health/ready', join(folder, 'madang.log')),
    await Program.start('baseline', 'bench/baseline/server.mjs', env, '/api/v1/boards/2/posts', join(folder, 'log')),
  );
  await sleep(3_000);
  const memory = Object.fromEntries(programs.map(({ name, pid }) => [name, { idle: memoryOf(pid), loaded: 0 }]));
  const all = workloads({ ...(await partsOf(campus.connection)), deep: Math.min(499 * 20, POSTS / 4) });
  await compareAnswers();
  const asked = Object.entries(all).filter(([name]) => name.includes(options.only));
  for (const [name, workload] of asked) await countStatements(name, workload);
  const results = [];
  for (const [name, workload] of asked) {
    for (const width of WIDTHS) results.push(await measure(name, workload, width, memory));
  }
  report({ posts: POSTS, seconds: SECONDS, rounds: ROUNDS, results, memory });
}

/** Posts that the workloads ask for. The seed is the same every time. */
async function partsOf(connection) {
  const readable = `FROM posts p JOIN boards b ON b.id = p.board_id AND b.read_access <= 1 AND b.write_access <= 1`;
  const [threads] = await connection.query(
    `SELECT p.id ${readable} WHERE p.comment_count BETWEEN 110 AND 200 ORDER BY p.id`,
  );
  const [visible] = await connection.query(
    `SELECT p.id, p.author_id AS author ${readable} WHERE p.comment_count < 100 ORDER BY p.id DESC LIMIT 50000`,
  );
  return { accounts: accountsOf(POSTS), threads: threads.map(({ id }) => id), visible, hot: visible[10] };
}

/** One request with its answer, outside of any measurement. */
async function ask(program, text) {
  const [head, body] = text.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  const [method, path] = line.split(' ');
  const headers = Object.fromEntries(
    fields.map((field) => field.split(': ', 2)).filter(([name]) => !/^(host|content-length)$/i.test(name)),
  );
  const answer = await fetch(`http://127.0.0.1:${program.port}${path}`, { method, headers, ...(body && { body }) });
  const received = await answer.text();
  return { status: answer.status, body: received && JSON.parse(received) };
}

async function compareAnswers() {
  // Without writers: the counters of both answers are the same.
  const parts = await partsOf(campus.connection);
  const get = (path, account) =>
    `GET /api/v1${path} HTTP/1.1\r\nHost: bench${account ? `\r\nAuthorization: Bearer ${tokenOf(account)}` : ''}\r\n\r\n`;
  const texts = [
    ...[1, 2, 3, 4].flatMap((board) => [get(`/boards/${board}/posts`, 1), get(`/boards/${board}/posts?limit=100`, 7)]),
    ...[get('/boards/2/posts'), get('/boards/3/posts?limit=50')],
    ...parts.threads.slice(0, 50).map((id) => get(`/posts/${id}?comments=50`, 1)),
    ...parts.visible.slice(0, 50).map(({ id }) => get(`/posts/${id}?comments=50`, 3)),
  ];
  // A first view is counted after its answer.
  for (const text of texts) await ask(programs[0], text);
  await sleep(1_000);
  for (const text of texts) {
    const [our, its] = [await ask(programs[0], text), await ask(programs[1], text)];
    assert.deepEqual(withoutCursors(its), withoutCursors(our), text);
  }
  const write = (id, account) => {
    const body = JSON.stringify({ content: '같은 답인지 봅니다' });
    return `POST /api/v1/posts/${id}/comments HTTP/1.1\r\nAuthorization: Bearer ${tokenOf(account)}\r\nContent-Type: application/json\r\n\r\n${body}`;
  };
  const { id } = parts.visible[3];
  const [our, its] = [await ask(programs[0], write(id, 11)), await ask(programs[1], write(id, 12))];
  const anonymised = ({ status, body }) => ({
    status,
    body: { ...body, id: 0, createdAt: '', author: Object.keys(body.author) },
  });
  assert.deepEqual(anonymised(its), anonymised(our));
  console.log(`${texts.length + 1} answers of the two are the same, key by key`);
}

/** Each server has cursors of its own. */
function withoutCursors(value) {
  return JSON.parse(JSON.stringify(value, (key, one) => (key === 'nextCursor' ? one !== null : one)));
}

async function countStatements(name, workload) {
  const counts = [];
  for (const program of programs) {
    const next = await nextOf(program, workload);
    // The first requests also make connections.
    for (let i = 0; i < 40; i++) await ask(program, next());
    await sleep(300);
    const before = await statements(campus.connection);
    for (let i = 0; i < 20; i++) {
      const { status } = await ask(program, next());
      assert(status < 300, `${name}: ${program.name} answers ${status}`);
    }
    await sleep(300);
    counts.push(((await statements(campus.connection)) - before - 1) / 20);
  }
  const [our, its] = counts;
  console.log(`${name}: ${our.toFixed(1)} statements a request, baseline ${its.toFixed(1)}`);
  assert.equal(its, workload.statements, `statements of the baseline: ${name}`);
  workload.ourStatements = our;
}

/** The function that makes the requests for one program. */
async function nextOf(program, workload) {
  for (const text of workload.warmUp?.() ?? []) await ask(program, text);
  const prepared = await workload.prepare?.((path, items) => cursorAfter(program, path, items));
  return () => workload.next(prepared);
}

async function cursorAfter(program, path, items) {
  const known = cursors.get(program);
  if (known) return known;
  let cursor = '';
  for (let seen = 0; seen < items; seen += 20) {
    // Each account keeps within its limit.
    const account = 2 + (seen % 200);
    const text = `GET /api/v1${path}${cursor && `?cursor=${cursor}`} HTTP/1.1\r\nAuthorization: Bearer ${tokenOf(account)}\r\n\r\n`;
    cursor = (await ask(program, text)).body.nextCursor;
    if (cursor === null) throw new Error(`${path} has fewer than ${items} items`);
  }
  cursors.set(program, cursor);
  return cursor;
}

async function measure(name, workload, width, memory) {
  const runs = programs.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, program] of programs.entries()) runs[i].push(await once(program, workload, width, memory));
  }
  const of = (i, key) => runs[i].map((run) => run[key]);
  const ratio = (key) => median(of(0, key)) / median(of(1, key));
  const result = {
    ...{ name, width, statements: { Madang: workload.ourStatements, baseline: workload.statements } },
    ratios: { rate: ratio('rate'), serverCpu: ratio('serverCpu'), databaseCpu: ratio('databaseCpu') },
    runs: { Madang: runs[0], baseline: runs[1] },
  };
  const foreign = Math.max(...runs.flat().map((run) => run.foreign));
  const { rate, serverCpu, databaseCpu } = result.ratios;
  console.log(
    `${name}, ${width} connections: ${of(0, 'rate').map(Math.round)} against ${of(1, 'rate').map(Math.round)} a second ` +
      `(${rate.toFixed(2)}), server CPU ${serverCpu.toFixed(2)}, database CPU ${databaseCpu.toFixed(2)}; ` +
      `errors ${of(0, 'errors')} and ${of(1, 'errors')}${foreign > FOREIGN ? `; OTHER WORK ${(foreign * 100).toFixed(0)} %` : ''}`,
  );
  return result;
}

/** Rates a second; milliseconds of processor time for each answer. */
async function once(program, workload, width, memory) {
  const next = await nextOf(program, workload);
  const connections = new Connections(program.port);
  await closedLoop(connections, { width, seconds: 1, next });
  const parts = () => ({
    server: cpuOf(program.pid),
    database: cpuOf(campus.pid),
    self: cpuOf(process.pid),
    all: cpuOfMachine(),
  });
  const before = parts();
  const { rate, took } = await closedLoop(connections, { width, seconds: SECONDS, next });
  const after = parts();
  connections.close();
  memory[program.name].loaded = Math.max(memory[program.name].loaded, memoryOf(program.pid));
  const spent = Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
  const good = rate * SECONDS;
  return {
    ...{ rate, errors: took.length - Math.round(good), p50: percentile(took, 0.5), p99: percentile(took, 0.99) },
    ...{ serverCpu: spent.server / good, databaseCpu: spent.database / good },
    foreign: Math.max(0, spent.all - spent.server - spent.database - spent.self) / Math.max(1, spent.all),
  };
}

function report(found) {
  const before = readStored();
  const rows = found.results.map(({ name, width, ratios, statements: counts, runs }) => {
    const last = before?.results.find((one) => one.name === name && one.width === width);
    const cell = (key) => ratios[key].toFixed(2) + (last ? ` (${last.ratios[key].toFixed(2)})` : '');
    return [
      ...[name, width, cell('rate'), cell('serverCpu'), cell('databaseCpu')],
      `${counts.Madang.toFixed(1)} / ${counts.baseline}`,
      spread(runs.Madang),
      runs.Madang.concat(runs.baseline).reduce((sum, { errors }) => sum + errors, 0),
    ];
  });
  printTable(
    ['workload', 'connections', 'requests/s', 'server CPU', 'database CPU', 'statements', 'spread', 'errors'],
    rows,
  );
  for (const [name, { idle, loaded }] of Object.entries(found.memory)) {
    console.log(`${name}: ${idle.toFixed(0)} MB idle, ${loaded.toFixed(0)} MB loaded (PSS)`);
  }
  if (!options.save) return;
  writeFileSync(RESULTS, `${JSON.stringify(rounded(found), null, 1)}\n`);
  writeFileSync(PLOT, plot(found));
  console.log(`written: ${RESULTS}, ${PLOT}`);
}

/** The difference of the runs' rates, as a part of the median. */
function spread(runs) {
  const rates = runs.map(({ rate }) => rate);
  return `${((100 * (Math.max(...rates) - Math.min(...rates))) / median(rates)).toFixed(0)} %`;
}

function readStored() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function rounded(found) {
  return JSON.parse(
    JSON.stringify(found, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)),
  );
}
