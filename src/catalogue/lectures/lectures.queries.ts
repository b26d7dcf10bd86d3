import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { flag, float, int, json, ROW_ID, selection, text, type RowOf } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { inOrder, type Meeting } from '../meetings.js';
import type { Source } from '../subjects/subject.entity.js';
import type { LectureRow } from './lectures.dto.js';

/**
 * For a join of `lectures l` and its `subjects c`; `lectureOf` makes the row of it. Meetings come along as one JSON
 * list, so that a page of lectures is one statement; such a list has no order.
 */
export const LECTURE = selection({
  id: int('l.id'),
  semesterId: int('l.semester_id'),
  subjectId: int('l.subject_id'),
  section: text('l.section'),
  title: text('l.title'),
  professors: json<string[]>('l.professors'),
  credits: float('l.credits'),
  creditsMax: float('l.credits_max', 'nullable'),
  grade: text('l.grade', 'nullable'),
  capacity: int('l.capacity', 'nullable'),
  enrolled: int('l.enrolled', 'nullable'),
  note: text('l.note', 'nullable'),
  place: text('l.place', 'nullable'),
  source: text<Source>('l.source'),
  ownerId: int('l.owner_id', 'nullable'),
  cancelled: flag('l.cancelled'),
  revision: int('l.revision'),
  version: int('l.version'),
  subjectCode: text('c.code'),
  subjectName: text('c.name'),
  subjectDepartment: text('c.department', 'nullable'),
  subjectCredits: float('c.credits'),
  subjectCategory: text('c.category', 'nullable'),
  subjectSource: text<Source>('c.source'),
  meetings: json<[day: number, start: number, end: number, room: string | null, weeks: number | null][]>(
    `(SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.room, m.weeks))
        FROM lecture_meetings m WHERE m.lecture_id = l.id)`,
    'nullable',
  ),
});
export type FlatLecture = RowOf<typeof LECTURE>;

/** The reads of lectures with their subjects and meetings, as fixed SQL. */
@Injectable()
export class LecturesQueries {
  constructor(private readonly database: Database) {}

  /** Locks a lecture for reading: an import waits for the transaction, or the transaction for the import. */
  async share(tx: Transaction, id: number): Promise<void> {
    await tx.select(ROW_ID, 'FROM lectures WHERE id = ? FOR SHARE', [id]);
  }

  async one(id: number, reader: Reader = this.database): Promise<LectureRow | undefined> {
    return (await this.byIds([id], reader))[0];
  }

  /** In the order of their ids, without those that do not exist. */
  async byIds(ids: number[], reader: Reader = this.database): Promise<LectureRow[]> {
    const rows = await reader.select(
      LECTURE,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) wanted
       STRAIGHT_JOIN lectures l ON l.id = wanted.id JOIN subjects c ON c.id = l.subject_id
       ORDER BY l.id`,
      [JSON.stringify(ids)],
    );
    return rows.map(lectureRowOf);
  }
}

export function lectureRowOf(row: FlatLecture): LectureRow {
  const { subjectCode, subjectName, subjectDepartment, subjectCredits, subjectCategory, subjectSource, ...rest } = row;
  return {
    ...rest,
    subject: {
      id: row.subjectId,
      code: subjectCode,
      name: subjectName,
      department: subjectDepartment,
      credits: subjectCredits,
      category: subjectCategory,
      source: subjectSource,
    },
    meetings: (row.meetings ?? [])
      .map(([day, start, end, room, weeks]): Meeting => ({ day, start, end, room, weeks }))
      .sort(inOrder),
  };
}
