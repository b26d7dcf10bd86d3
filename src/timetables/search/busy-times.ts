import { Injectable } from '@nestjs/common';
import type { BusyInSemester } from '../../catalogue/search/lecture-search.service.js';
import type { Slot } from '../../catalogue/meetings.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { int, json, selection } from '../../database/selection.js';
import { TimetableNotFound } from '../timetables.errors.js';

const BUSY = selection({
  semesterId: int('t.semester_id'),
  lectureIds: json<number[]>(
    `(SELECT JSON_ARRAYAGG(e.lecture_id) FROM timetable_entries e
       WHERE e.timetable_id = t.id AND e.lecture_id IS NOT NULL)`,
    'nullable',
  ),
  /** Of its lectures, without cancelled ones: they take no time. */
  lectureSlots: json<[day: number, start: number, end: number, weeks: number | null][]>(
    `(SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.weeks)) FROM timetable_entries e
        JOIN lectures l ON l.id = e.lecture_id AND l.cancelled = 0 JOIN lecture_meetings m ON m.lecture_id = l.id
       WHERE e.timetable_id = t.id)`,
    'nullable',
  ),
  /** The meetings of each custom entry. */
  ownSlots: json<Slot[][]>(
    `(SELECT JSON_ARRAYAGG(e.meetings) FROM timetable_entries e
       WHERE e.timetable_id = t.id AND e.meetings IS NOT NULL)`,
    'nullable',
  ),
});

/** When a timetable has no time for more. */
@Injectable()
export class BusyTimes {
  constructor(private readonly database: Database) {}

  /** One statement. @throws TimetableNotFound, also for somebody else's */
  async of(me: Me, timetableId: number): Promise<BusyInSemester> {
    const row = await this.database.selectOne(BUSY, 'FROM timetables t WHERE t.id = ? AND t.owner_id = ?', [
      timetableId,
      me.id,
    ]);
    if (!row) throw new TimetableNotFound();
    const { semesterId, lectureIds, lectureSlots, ownSlots } = row;
    return {
      semesterId,
      lectureIds: lectureIds ?? [],
      slots: [
        ...(lectureSlots ?? []).map(([day, start, end, weeks]) => ({ day, start, end, weeks })),
        ...(ownSlots ?? []).flat().map(({ day, start, end, weeks }) => ({ day, start, end, weeks })),
      ],
    };
  }
}
