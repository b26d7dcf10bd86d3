import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { inOrder, type Meeting } from '../meetings.js';
import type { SubjectView } from '../subjects/subjects.dto.js';
import type { LectureRow } from './lectures.dto.js';

/**
 * For a join of `lectures l` and its `subjects c`; `lectureOf` makes the row of it. Meetings come along as one JSON
 * list, so that a page of lectures is one statement; such a list has no order.
 */
export const LECTURE_COLUMNS = `l.id, l.semester_id AS semesterId, l.subject_id AS subjectId, l.section, l.title, l.professors, l.credits,
  l.credits_max AS creditsMax, l.grade, l.capacity, l.enrolled, l.note, l.place, l.source, l.owner_id AS ownerId,
  l.cancelled, l.revision, l.version, c.code AS subjectCode, c.name AS subjectName, c.department AS subjectDepartment,
  c.credits AS subjectCredits, c.category AS subjectCategory, c.source AS subjectSource,
  (SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.room, m.weeks))
     FROM lecture_meetings m WHERE m.lecture_id = l.id) AS meetings`;

export type FlatLecture = Omit<LectureRow, 'subject' | 'meetings'> & {
  subjectCode: string;
  subjectName: string;
  subjectDepartment: string | null;
  subjectCredits: number;
  subjectCategory: string | null;
  subjectSource: SubjectView['source'];
  meetings: [number, number, number, string | null, number | null][] | null;
};

/** The reads of lectures with their subjects and meetings, as fixed SQL. */
@Injectable()
export class LecturesQueries {
  constructor(private readonly database: Database) {}

  async one(id: number, reader: Reader = this.database): Promise<LectureRow | undefined> {
    return (await this.byIds([id], reader))[0];
  }

  /** In the order of their ids; those that do not exist are left out. */
  async byIds(ids: number[], reader: Reader = this.database): Promise<LectureRow[]> {
    const rows = await reader.rows<FlatLecture>(
      `SELECT ${LECTURE_COLUMNS}
         FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) wanted
         STRAIGHT_JOIN lectures l ON l.id = wanted.id JOIN subjects c ON c.id = l.subject_id
        ORDER BY l.id`,
      [JSON.stringify(ids)],
    );
    return rows.map(lectureOf);
  }
}

export function lectureOf(row: FlatLecture): LectureRow {
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
