import { setTimeout as sleep } from 'node:timers/promises';
import { aCampus, call, Server } from './lib/server.mjs';

/**
 * `node bench/freeze.mjs`: MySQL is frozen (SIGSTOP) for ten seconds under load, then killed (kill -9) and away for ten
 * seconds. Prints the answers, the longest request, and the time until the same process works again.
 */

const AWAY = 10_000;
/** Requests a second at a fixed rate, also while earlier ones are unanswered; 30 % write. */
const RATE = 60;
const WRITES = 0.3;
/** The goal, in milliseconds. */
const LONGEST = 6_000;
const BACK_WITHIN = 5_000;

/** Titles of posts that got 201. */
const acknowledged = new Set();
let sequence = 0;

const server = await Server.start();
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  await server.stop();
}

async function main() {
  const campus = await aCampus(server.api, 8);
  await writePost(campus, 0);
  const appPid = server.app.pid;
  const frozen = await outage('frozen', campus, {
    begin: () => process.kill(server.databasePid, 'SIGSTOP'),
    end: () => process.kill(server.databasePid, 'SIGCONT'),
  });
  const killed = await outage('killed', campus, {
    begin: () => process.kill(server.databasePid, 'SIGKILL'),
    end: () => server.startDatabase(),
  });
  const isSame = server.app.pid === appPid && server.app.exitCode === null;
  console.log(`the same process of the app: ${isSame ? 'yes' : 'NO'}`);
  const lost = await lostPosts();
  console.log(`acknowledged posts: ${acknowledged.size}, lost: ${lost}`);
  const repair = await server.cli('repair').catch((error) => error.output);
  console.log(`repair: ${repair.trim()}`);
  return frozen && killed && isSame && lost === 0 && repair.includes('Every counter is right');
}

async function writePost({ accounts, board }, n) {
  const title = `글 ${n}`;
  const { token } = accounts[n % accounts.length];
  const answer = await call(server.api, 'POST', `/boards/${board.id}/posts`, {
    ...{ token, key: `freeze-${n}`, body: { title, content: '내용' } },
  });
  if (answer.status === 201) acknowledged.add(title);
  return answer;
}

/** Sends requests at a fixed rate, and records the start of each. */
async function load(campus, answers, signal) {
  const pending = new Set();
  while (!signal.aborted) {
    const n = ++sequence;
    const began = performance.now();
    const isWrite = n % 100 < WRITES * 100;
    const path = n % 2 ? `/boards/${campus.board.id}/posts` : '/accounts/me';
    const { token } = campus.accounts[n % campus.accounts.length];
    const one = (isWrite ? writePost(campus, n) : call(server.api, 'GET', path, { token })).then((answer) => {
      answers.push({ ...answer, began });
      pending.delete(one);
    });
    pending.add(one);
    await sleep(1000 / RATE);
  }
  await Promise.all(pending);
}

/** Stops the database and starts it again. Returns whether every acknowledged post is stored. */
async function outage(name, campus, { begin, end }) {
  const answers = [];
  const stop = new AbortController();
  const loaded = load(campus, answers, stop.signal);
  await sleep(2_000);
  const began = performance.now();
  begin();
  await sleep(AWAY);
  await end();
  const back = performance.now();
  await sleep(BACK_WITHIN + 3_000);
  stop.abort();
  await loaded;

  const during = answers.filter((one) => one.began > began && one.began < back);
  const failed = answers.filter(({ status }) => status >= 300 || status === 0);
  const wrong = failed.filter((one) => !isUnavailable(one));
  const longest = Math.max(...answers.map(({ took }) => took));
  // After the answer of the last failed request, everything works again.
  const lastFailure = Math.max(...failed.map((one) => one.began + one.took));
  const first = Math.min(
    ...answers.filter((one) => one.status < 300 && one.began + one.took > back).map((one) => one.began + one.took),
  );
  console.log(`${name} for ${AWAY / 1000} s, ${RATE} requests a second:`);
  console.log(
    `  ${answers.length} answers, ${during.length} of requests meanwhile, of these ${during.filter(isUnavailable).length} were 503`,
  );
  console.log(`  failed otherwise than by 503 problem+json with Retry-After: ${wrong.length} ${summary(wrong)}`);
  console.log(`  longest request: ${Math.round(longest)} ms`);
  console.log(
    `  first success ${Math.round(first - back)} ms after the database was back, last failure ${Math.round(lastFailure - back)} ms`,
  );
  return wrong.length === 0 && longest < LONGEST && first - back < BACK_WITHIN && lastFailure - back < BACK_WITHIN;
}

function isUnavailable({ status, headers }) {
  return (
    status === 503 &&
    headers.get('content-type')?.startsWith('application/problem+json') &&
    Number(headers.get('retry-after')) > 0
  );
}

function summary(answers) {
  const kinds = new Map();
  for (const { status, body, error } of answers) {
    const kind = error ?? `${status} ${body?.code}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ');
}

async function lostPosts() {
  const connection = await server.connect();
  const [rows] = await connection.query('SELECT title, COUNT(*) AS n FROM posts GROUP BY title');
  await connection.end();
  const there = new Map(rows.map(({ title, n }) => [title, n]));
  return [...acknowledged].filter((title) => there.get(title) !== 1).length;
}
