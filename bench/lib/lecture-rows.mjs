import { lectures } from './catalogue.mjs';

const BATCH = 1_000;

/** Fills an empty catalogue with one semester, in the autumn of 2026, of `count` lectures with the ids from 1 on. */
export async function insertLectures(connection, semesterId, count) {
  await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
  await connection.query(
    `INSERT INTO semesters (id, year, term, starts_on, ends_on, time_zone, holidays)
    VALUES (?, 2026, 2, '2026-09-01', '2026-12-21', 'Asia/Seoul', '[]')`,
    [semesterId],
  );
  const batch = [];
  for (const lecture of lectures(count)) {
    batch.push(lecture);
    if (batch.length === BATCH) await insert(connection, semesterId, batch.splice(0));
  }
  await insert(connection, semesterId, batch);
  await connection.query('ANALYZE TABLE lectures, lecture_meetings, subjects');
}

async function insert(connection, semesterId, batch) {
  if (batch.length === 0) return;
  const subjects = new Map(batch.map((one) => [one.subjectId, one]));
  const now = new Date();
  await connection.beginTransaction();
  await connection.query(
    `INSERT IGNORE INTO subjects (id, code, code_key, catalogue_key, name, department, credits, category, source, created_at)
     VALUES ?`,
    [
      [...subjects.values()].map(({ subjectId: id, code, title, department, credits, category }) => [
        id,
        code,
        code.toLowerCase(),
        String(id),
        title,
        department,
        credits,
        category,
        'catalogue',
        now,
      ]),
    ],
  );
  await connection.query(
    `INSERT INTO lectures (id, semester_id, subject_id, section, catalogue_section, title, professors, credits, source,
       note, created_at) VALUES ?`,
    [
      batch.map(({ id, subjectId, section, title, professors, credits }) => [
        id,
        semesterId,
        subjectId,
        section,
        section,
        title,
        JSON.stringify(professors),
        credits,
        'catalogue',
        id % 5 ? null : '수강 대상은 학과 사무실에 문의하세요.',
        now,
      ]),
    ],
  );
  const meetings = batch.flatMap(({ id, meetings }) =>
    meetings.map(({ day, start, end, room, weeks }, position) => [id, position, day, start, end, room, weeks]),
  );
  await connection.query('INSERT INTO lecture_meetings (lecture_id, position, day, start, end, room, weeks) VALUES ?', [
    meetings,
  ]);
  await connection.commit();
}
