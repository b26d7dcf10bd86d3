import { clash } from '../../dist/catalogue/meetings.js';
import { lectures } from './catalogue.mjs';
import { seededRandom } from './random.mjs';

/** In every seeded database. */
export const TIMETABLES = 10_000;
export const LECTURES = 3_000;
export const SEMESTER = 1;
const LECTURES_IN_ONE = 8;
const CUSTOM_IN_ONE = 2;
const CREATED = new Date(Date.UTC(2026, 7, 20));

/** The owner of a timetable; the timetables' ids begin with 1. */
export const ownerOf = (timetable, accounts) => 1 + ((timetable - 1) % accounts);

/** Timetables of eight lectures without conflicts, and two of the owner's own entries. The first timetable is primary. */
export async function addTimetables(sink, accounts) {
  const random = seededRandom(20_260_820);
  const offered = [...lectures(LECTURES)];
  for (let id = 1; id <= TIMETABLES; id++) {
    const owner = ownerOf(id, accounts);
    const name = `시간표 ${Math.ceil(id / accounts)}`;
    const facts = { name, name_key: name, visibility: 'friends', theme: 'madang', created_at: CREATED };
    await sink.add('timetables', { id, owner_id: owner, semester_id: SEMESTER, ...facts });
    if (id <= accounts) {
      await sink.add('primary_timetables', { owner_id: owner, semester_id: SEMESTER, timetable_id: id });
    }
    for (const entry of entries(offered, random)) {
      await sink.add('timetable_entries', { timetable_id: id, ...entry, created_at: CREATED });
    }
  }
}

function* entries(offered, random) {
  const chosen = [];
  while (chosen.length < LECTURES_IN_ONE) {
    const lecture = offered[Math.floor(random() * offered.length)];
    if (chosen.includes(lecture) || chosen.some(({ meetings }) => clash(meetings, lecture.meetings))) continue;
    chosen.push(lecture);
    yield entry({ lecture_id: lecture.id, seen_revision: 1, color: chosen.length - 1 });
  }
  for (let n = 0; n < CUSTOM_IN_ONE; n++) {
    const start = 1_140 + 30 * Math.floor(random() * 6);
    const meetings = [{ day: Math.floor(random() * 7), start, end: start + 60, room: null, weeks: null }];
    yield entry({ title: `일정 ${n + 1}`, color: 10 + n, credits: 0, meetings: JSON.stringify(meetings) });
  }
}

function entry(facts) {
  return { lecture_id: null, seen_revision: null, title: null, credits: null, meetings: null, ...facts };
}
