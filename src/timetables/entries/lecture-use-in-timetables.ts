import { Injectable } from '@nestjs/common';
import { LectureUse, type LectureUser } from '../../catalogue/lectures/lecture-use.js';
import { int, selection } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';

const ENTRY_ID = selection({ id: int('e.id') });

@Injectable()
export class LectureUseInTimetables implements LectureUser {
  constructor(lectureUse: LectureUse) {
    lectureUse.add(this);
  }

  async usesLectures(tx: Transaction, lectureIds: number[], exceptBy: number): Promise<boolean> {
    const entry = await tx.selectOne(
      ENTRY_ID,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) wanted
            JOIN timetable_entries e ON e.lecture_id = wanted.id
            JOIN timetables t ON t.id = e.timetable_id
      WHERE t.owner_id <> ? LIMIT 1`,
      [JSON.stringify(lectureIds), exceptBy],
    );
    return entry !== undefined;
  }
}
