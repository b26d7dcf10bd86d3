import { createApp } from '../dist/app.js';
import { loadConfig } from '../dist/config/config.js';
import { start } from '../dist/start.js';
import { configOf, connectTo, createSchema } from './lib/database.mjs';
import { median, printTable } from './lib/measure.mjs';

/**
 * `node bench/free-time.mjs`: duration of `GET /free-time` over HTTP, in its own database. 20 people are all friends,
 * each with a primary timetable of 20 entries, half of them lectures with two meetings. 2,000 others with as many
 * entries must not make it slower. See README.md.
 */
const NAME = 'madang_bench_free_time';
const FRIENDS = 20;
const OTHERS = 2_000;
const ENTRIES = 20;
const LECTURES = 1_000;
const ROUNDS = 200;
const NOW = new Date();

await createSchema(NAME);
const config = loadConfig({ DB_HOST: 'replaced below', NODE_ENV: 'test', RATE_LIMITS: 'off', LOG_LEVEL: 'fatal' });
config.database = configOf(NAME);
const app = await createApp(config);
await start(app, Object.assign(config, { host: '127.0.0.1', port: 0 }));
const api = `${await app.getUrl()}/api/v1`;
const people = await register();
await fill(people.map(({ account }) => account.id));

const ids = people.map(({ account }) => account.id).slice(1);
const table = [];
for (const count of [1, 5, FRIENDS - 1]) {
  for (const week of ['', '&week=3']) {
    const path = `/free-time?with=${ids.slice(0, count).join()}${week}`;
    table.push([count, week ? 'one' : 'all', ...(await measure(path))]);
  }
}
table.push(['(GET /friends)', '', ...(await measure('/friends'))]);
console.log(`GET /free-time, ${ENTRIES} entries each, ${ROUNDS} requests one after the other`);
printTable(['friends', 'weeks', 'best', 'median', '95 of 100', 'slowest'], table);
await app.close();

async function register() {
  const registered = [];
  for (let i = 0; i < FRIENDS; i++) {
    const body = JSON.stringify({ username: `friend${i}`, nickname: `친구${i}`, password: 'correct-horse-42' });
    const headers = { 'Content-Type': 'application/json' };
    registered.push(await (await fetch(`${api}/auth/register`, { method: 'POST', headers, body })).json());
  }
  return registered;
}

async function fill(friends) {
  const connection = await connectTo(NAME);
  const add = async (table, rows) => {
    const columns = Object.keys(rows[0]);
    for (let at = 0; at < rows.length; at += 1_000) {
      const values = rows.slice(at, at + 1_000).map((row) => columns.map((column) => row[column]));
      await connection.query('INSERT INTO ?? (??) VALUES ?', [table, columns, values]);
    }
  };
  const day = (days) => new Date(NOW.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  const others = Array.from({ length: OTHERS }, (_, i) => 1_000 + i);
  const everybody = [...friends, ...others];
  await add('accounts', others.map(account));
  await add('semesters', [
    { id: 1, year: 2026, term: 0, starts_on: day(-30), ends_on: day(60), time_zone: 'Asia/Seoul', holidays: '[]' },
  ]);
  await add('subjects', [
    { id: 1, code: 'A', code_key: 'a', name: '과목', credits: 3, source: 'catalogue', created_at: NOW },
  ]);
  await add(
    'lectures',
    Array.from({ length: LECTURES }, (_, i) => lecture(i + 1)),
  );
  await add(
    'lecture_meetings',
    Array.from({ length: LECTURES }, (_, i) => [0, 1].map((position) => meeting(i + 1, position))).flat(),
  );
  await add(
    'friendships',
    friends.flatMap((high) => friends.filter((low) => low < high).map((low) => friendship(low, high))),
  );
  await add('timetables', everybody.map(timetable));
  await add(
    'primary_timetables',
    everybody.map((id) => ({ owner_id: id, semester_id: 1, timetable_id: id })),
  );
  await add(
    'timetable_entries',
    everybody.flatMap((id) => Array.from({ length: ENTRIES }, (_, i) => entry(id, i))),
  );
  await connection.query(
    'ANALYZE TABLE accounts, friendships, timetables, primary_timetables, timetable_entries, lectures, lecture_meetings',
  );
  await connection.end();
}

function account(id) {
  const name = `other${id}`;
  return {
    id,
    username: name,
    username_key: name,
    nickname: `학생${id}`,
    password_hash: '',
    pepper_version: 1,
    created_at: NOW,
  };
}

function lecture(id) {
  return {
    id,
    semester_id: 1,
    subject_id: 1,
    section: String(id),
    catalogue_section: String(id),
    title: `강의 ${id}`,
    professors: '[]',
    credits: 3,
    source: 'catalogue',
    created_at: NOW,
  };
}

function meeting(lectureId, position) {
  const start = 540 + 30 * ((lectureId * 7) % 20);
  return { lecture_id: lectureId, position, day: (lectureId + 2 * position) % 5, start, end: start + 75, weeks: null };
}

function friendship(low, high) {
  return { sender_id: low, recipient_id: high, low_id: low, high_id: high, created_at: NOW, befriended_at: NOW };
}

function timetable(id) {
  return {
    id,
    owner_id: id,
    semester_id: 1,
    name: '시간표 1',
    name_key: '시간표 1',
    visibility: id % 2 ? 'friends' : 'busyOnly',
    theme: 'spring',
    created_at: NOW,
  };
}

/** Every second one is a lecture. */
function entry(owner, i) {
  const start = 480 + 10 * ((owner * 13 + i * 7) % 60);
  const own = JSON.stringify([{ day: (owner + i) % 7, start, end: start + 20, room: null, weeks: i % 3 ? null : 6 }]);
  return {
    timetable_id: owner,
    lecture_id: i % 2 ? 1 + ((owner * 31 + i * 17) % LECTURES) : null,
    seen_revision: i % 2 ? 1 : null,
    title: i % 2 ? null : '일정',
    color: 0,
    credits: i % 2 ? null : 0,
    meetings: i % 2 ? null : own,
    created_at: NOW,
  };
}

/** Milliseconds of requests by the first friend. */
async function measure(path) {
  const headers = { Authorization: `Bearer ${people[0].accessToken}` };
  const times = [];
  for (let round = -20; round < ROUNDS; round++) {
    const began = performance.now();
    const response = await fetch(api + path, { headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
    // The first twenty are for warming up.
    if (round >= 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return [times[0], median(times), times[Math.floor(ROUNDS * 0.95)], times[ROUNDS - 1]].map(
    (t) => `${t.toFixed(1)} ms`,
  );
}
