import { Injectable } from '@nestjs/common';
import { LectureUse } from '../../catalogue/lectures/lecture-use.js';
import { int, selection } from '../../database/selection.js';

const ENTRY_ID = selection({ id: int('e.id') });

/** For the catalogue: whether a lecture is in a timetable. */
@Injectable()
export class LectureUseInTimetables {
  constructor(lectureUse: LectureUse) {
    lectureUse.used = async (tx, lectureIds, exceptBy) => {
      const entry = await tx.selectOne(
        ENTRY_ID,
        `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) wanted
              JOIN timetable_entries e ON e.lecture_id = wanted.id
              JOIN timetables t ON t.id = e.timetable_id
        WHERE t.owner_id <> ? LIMIT 1`,
        [JSON.stringify(lectureIds), exceptBy],
      );
      return entry !== undefined;
    };
  }
}
