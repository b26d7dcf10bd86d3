import type { TestApp } from './app.js';
import type { PlainLecture } from './obvious-search.js';
import { insertRows } from './reads.js';
import { readRows } from './rows.js';

const CHUNK = 500;

/** Inserts lectures of the catalogue directly, each with its own subject: for searches that need hundreds. */
export async function insertLectures(t: TestApp, semesterId: number, lectures: PlainLecture[]): Promise<number[]> {
  const [{ next }] = await readRows<{ next: number }>(
    t.database,
    'SELECT 1 + GREATEST((SELECT COALESCE(MAX(id), 0) FROM subjects), (SELECT COALESCE(MAX(id), 0) FROM lectures)) AS next',
  );
  for (let at = 0; at < lectures.length; at += CHUNK) {
    await insertSome(t, semesterId, lectures.slice(at, at + CHUNK), next + at);
  }
  return lectures.map((_, i) => next + i);
}

async function insertSome(t: TestApp, semesterId: number, lectures: PlainLecture[], first: number): Promise<void> {
  const created_at = '2026-03-01 00:00:00';
  const subjects = lectures.map(({ code, department, credits, category }, i) => ({
    ...{ id: first + i, code, code_key: code, name: '과목', department, credits, category },
    ...{ source: 'catalogue', created_at },
  }));
  const rows = lectures.map((lecture, i) => ({
    ...{
      id: first + i,
      semester_id: semesterId,
      subject_id: first + i,
      section: '01',
      source: 'catalogue',
      created_at,
    },
    ...lectureColumns(lecture),
  }));
  await insertRows(t.database, 'subjects', subjects);
  await insertRows(t.database, 'lectures', rows);
  const meetings = lectures.flatMap((lecture, i) => meetingRows(first + i, lecture));
  if (meetings.length > 0) await insertRows(t.database, 'lecture_meetings', meetings);
}

/** Changes a lecture as the import does: the row, its subject and its meetings in one transaction. */
export async function changeLecture(t: TestApp, id: number, lecture: PlainLecture): Promise<void> {
  const { code, department, credits, category } = lecture;
  const columns = lectureColumns(lecture);
  const meetings = meetingRows(id, lecture);
  await t.database.transaction(async (tx) => {
    await tx.run(
      `UPDATE lectures SET ${Object.keys(columns).map((column) => `${column} = ?`)}, version = version + 1
        WHERE id = ?`,
      [...Object.values(columns), id],
    );
    const subject = [code, department, credits, category, id];
    await tx.run('UPDATE subjects SET code = ?, department = ?, credits = ?, category = ? WHERE id = ?', subject);
    await tx.run('DELETE FROM lecture_meetings WHERE lecture_id = ?', [id]);
    for (const meeting of meetings) {
      await tx.run(
        'INSERT INTO lecture_meetings (lecture_id, position, day, start, end, room, weeks) VALUES (?, ?, ?, ?, ?, ?, ?)',
        Object.values(meeting),
      );
    }
  });
}

function lectureColumns(lecture: PlainLecture) {
  const { title, professors, credits, creditsMax, place, cancelled } = lecture;
  return {
    ...{ title, professors: JSON.stringify(professors), credits, credits_max: creditsMax, place },
    cancelled: Number(cancelled),
  };
}

function meetingRows(lectureId: number, { meetings }: PlainLecture) {
  return meetings.map(({ day, start, end, room, weeks }, position) => ({
    ...{ lecture_id: lectureId, position, day, start, end, room, weeks },
  }));
}
