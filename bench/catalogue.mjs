import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { Adders } from './lib/adders.mjs';
import { configOf, createSchema } from './lib/database.mjs';
import { median, printTable } from './lib/measure.mjs';
import { seededRandom } from './lib/random.mjs';

// Duration and memory of imports, and the waits of members who add lectures in the meantime.
// `node bench/catalogue.mjs [lectures …]`: 7,800 and 200,000 by default, each in its own semester. For each size it
// imports a file, then the same again. In a third file every lecture has another title, room and time.

const COMMAND = new URL('../dist/cli/catalogue.js', import.meta.url).pathname;
const NAME = 'madang_bench_catalogue';
const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [7_800, 200_000];
const database = configOf(NAME);

/** A catalogue: three sections a subject, one or two meetings each, the average of Dongguk's. */
function* lectures(count, round) {
  const random = seededRandom(7);
  yield '{"lectures":[\n';
  for (let n = 0; n < count; n++) {
    const subject = Math.floor(n / 3);
    const start = 540 + 30 * Math.floor(random() * 16) + 5 * round;
    const days = random() < 0.5 ? [n % 5] : [n % 5, (n + 2) % 5];
    const lecture = {
      code: `S${String(subject).padStart(6, '0')}`,
      section: String((n % 3) + 1).padStart(2, '0'),
      title: `과목 ${subject}의 강의 ${round}`,
      department: `학과 ${subject % 100}`,
      category: ['전공필수', '전공선택', '교양'][subject % 3],
      credits: 1 + (subject % 3),
      professors: [`교수 ${Math.floor(random() * 900)}`],
      grade: '전체학년',
      capacity: 40,
      enrolled: Math.floor(random() * 50),
      note: '수강대상 학사제도및학업이수가이드 참조',
      meetings: days.map((day) => ({ day, start, end: start + 75, room: `공학관 ${100 + (n % 300) + round}` })),
    };
    yield `${n > 0 ? ',\n' : ''}${JSON.stringify(lecture)}`;
  }
  yield '\n]}\n';
}

async function fileOf(directory, count, round) {
  const path = join(directory, `${count}-${round}.json`);
  await pipeline(Readable.from(lectures(count, round)), createWriteStream(path));
  return path;
}

/** Runs the command. Returns its seconds, and the maximum memory of its process, from Linux. */
function run(path, semester) {
  const { host, port, user, password } = database;
  const env = { ...process.env, DATABASE_URL: '', DB_HOST: host, DB_PORT: port, DB_USER: user, DB_PASSWORD: password };
  const began = performance.now();
  const child = spawn(process.execPath, [COMMAND, 'import', path, '--semester', semester], {
    env: { ...env, DB_NAME: NAME },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let megabytes = 0;
  const watch = setInterval(() => (megabytes = Math.max(megabytes, peakOf(child.pid))), 20);
  let last = '';
  child.stdout.on('data', (text) => (last = String(text).trimEnd().split('\n').pop()));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      clearInterval(watch);
      if (code === 0) resolve({ seconds: (performance.now() - began) / 1000, megabytes, last });
      else reject(new Error(`The import of ${path} ended with ${code}: ${last}`));
    });
  });
}

function peakOf(pid) {
  try {
    return Math.round(Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function semesterIdOf(year) {
  const { host, port, user, password } = database;
  const connection = await mysql.createConnection({ host, port, user, password, database: NAME });
  const [[{ id }]] = await connection.query('SELECT id FROM semesters WHERE year = ?', [year]);
  await connection.end();
  return id;
}

const waits = (took) =>
  took.length === 0
    ? ['', '']
    : [`${median(took).toFixed(1)} ms`, `${took.reduce((a, b) => Math.max(a, b)).toFixed(0)} ms`];

async function measure(directory, count, year) {
  const semester = `${year}-autumn`;
  const rows = [];
  const note = (name, { seconds, megabytes }, took = []) =>
    rows.push([count, name, `${seconds.toFixed(1)} s`, `${megabytes} MB`, took.length || '', ...waits(took)]);
  const first = await fileOf(directory, count, 0);
  note('a new semester', await run(first, semester));
  note('the same again', await run(first, semester));
  const adders = await Adders.start(database, await semesterIdOf(year));
  const second = await fileOf(directory, count, 1);
  await sleep(3_000);
  const before = adders.took.splice(0);
  const changed = await run(second, semester);
  await adders.stop();
  rows.push([count, '(nothing imported)', '', '', before.length, ...waits(before)]);
  note('every lecture changes', changed, adders.took);
  return rows;
}

await createSchema(NAME);
const directory = await mkdtemp(join(tmpdir(), 'madang-bench-'));
try {
  const rows = [];
  for (const [index, count] of sizes.entries()) rows.push(...(await measure(directory, count, 2001 + index)));
  printTable(['lectures', 'import', 'took', 'peak memory', 'added meanwhile', 'usual wait', 'longest'], rows);
} finally {
  await rm(directory, { recursive: true });
}
