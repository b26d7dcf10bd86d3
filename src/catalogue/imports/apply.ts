import type { LongConnection } from '../../database/long-connection.js';
import { ROW_COUNT } from '../../database/selection.js';
import { CannotImport } from './cannot-import.js';

/**
 * Carries out what the comparison wrote down: a handful of set-wise statements over the rows that change, in one
 * transaction, so that the catalogue is at every moment the old one or the new one.
 *
 * The order matters to those who add lectures to their timetables meanwhile. Each of them shares a lock on the lecture's
 * row. What comes before the last two statements only shares it too (by its foreign keys), or writes what nobody sees
 * yet; only from the last UPDATE to the commit do they wait.
 */
export async function apply(connection: LongConnection, semesterId: number, now: Date): Promise<void> {
  await insertSubjects(connection, now);
  await insertLectures(connection, semesterId, now);
  await storeOldFacts(connection, now);
  await replaceMeetings(connection);
  await updateSubjects(connection);
  await updateOtherLectures(connection);
  await updateLectures(connection);
}

async function insertSubjects(connection: LongConnection, now: Date): Promise<void> {
  await connection.run(
    `INSERT INTO subjects (code, code_key, catalogue_key, name, department, credits, category, source, created_at)
     SELECT code, code_key, code_key, name, department, credits, category, 'catalogue', ?
       FROM import_subjects WHERE subject_id IS NULL`,
    [now],
  );
  await connection.run(
    `UPDATE import_lectures i JOIN subjects s ON s.catalogue_key = i.code_key
        SET i.subject_id = s.id WHERE i.subject_id IS NULL`,
  );
}

async function insertLectures(connection: LongConnection, semesterId: number, now: Date): Promise<void> {
  await connection.run(
    `INSERT INTO lectures (semester_id, subject_id, section, catalogue_section, title, professors, credits, credits_max,
       grade, capacity, enrolled, note, place, source, cancelled, created_at)
     SELECT ?, subject_id, section, section, title, professors, credits, credits_max,
       grade, capacity, enrolled, note, place, 'catalogue', 0, ?
       FROM import_lectures WHERE is_new = 1 ORDER BY n`,
    [semesterId, now],
  );
  await connection.run(
    `UPDATE import_lectures i
       JOIN lectures l ON l.semester_id = ? AND l.subject_id = i.subject_id AND l.catalogue_section = i.section
        SET i.lecture_id = l.id WHERE i.is_new = 1`,
    [semesterId],
  );
}

async function storeOldFacts(connection: LongConnection, now: Date): Promise<void> {
  await connection.run(
    `INSERT INTO lecture_revisions (lecture_id, revision, facts, replaced_at)
     SELECT lecture_id, old_revision, old_facts, ? FROM import_lectures WHERE old_facts IS NOT NULL`,
    [now],
  );
}

async function replaceMeetings(connection: LongConnection): Promise<void> {
  await connection.run(
    `DELETE m FROM lecture_meetings m JOIN import_lectures i ON i.lecture_id = m.lecture_id
      WHERE i.new_meetings = 1 AND i.is_new = 0`,
  );
  await connection.run(
    `INSERT INTO lecture_meetings (lecture_id, position, day, start, end, room, weeks)
     SELECT i.lecture_id, m.position, m.day, m.start, m.end, m.room, m.weeks
       FROM import_lectures i JOIN import_meetings m ON m.n = i.n`,
  );
}

async function updateSubjects(connection: LongConnection): Promise<void> {
  await connection.run(
    `UPDATE import_subjects i STRAIGHT_JOIN subjects s ON s.id = i.subject_id
        SET s.code = i.code, s.name = i.name, s.department = i.department, s.credits = i.credits,
            s.category = i.category, s.version = s.version + 1`,
  );
}

/** Of the changed subjects, in other semesters or registered by members: they are found by their subject as well. */
async function updateOtherLectures(connection: LongConnection): Promise<void> {
  await connection.run(
    `UPDATE import_subjects s STRAIGHT_JOIN lectures l ON l.subject_id = s.subject_id
         LEFT JOIN import_lectures i ON i.lecture_id = l.id
        SET l.version = l.version + 1
      WHERE i.n IS NULL`,
  );
}

/** @throws CannotImport when a lecture has changed since the comparison */
async function updateLectures(connection: LongConnection): Promise<void> {
  const [{ count: expected }] = await connection.select(ROW_COUNT, 'FROM import_lectures WHERE is_new = 0');
  const { affectedRows } = await connection.run(
    `UPDATE import_lectures i STRAIGHT_JOIN lectures l ON l.id = i.lecture_id AND l.version = i.old_version
        SET l.title = i.title, l.professors = i.professors, l.credits = i.credits, l.credits_max = i.credits_max,
            l.grade = i.grade, l.capacity = i.capacity, l.enrolled = i.enrolled, l.note = i.note, l.place = i.place,
            l.cancelled = i.cancelled, l.revision = l.revision + (i.old_facts IS NOT NULL), l.version = l.version + 1
      WHERE i.is_new = 0`,
  );
  if (affectedRows !== expected) {
    throw new CannotImport(
      'The catalogue was changed by somebody else meanwhile. Nothing was written: start it again.',
    );
  }
}
