import { Injectable } from '@nestjs/common';
import type { Slot } from '../../catalogue/meetings.js';
import { Database } from '../../database/database.js';
import { int, json, selection } from '../../database/selection.js';
import { TimetablesQueries, type Part } from '../timetables.queries.js';

const BUSY = selection({
  ownerId: int('p.owner_id'),
  /** Of a custom entry. */
  own: json<Slot[]>('e.meetings', 'nullable'),
  /** Of one meeting of a lecture. */
  day: int('m.day', 'nullable'),
  start: int('m.start', 'nullable'),
  end: int('m.end', 'nullable'),
  weeks: int('m.weeks', 'nullable'),
});

/** When somebody is busy. */
export interface BusyPerson {
  ownerId: number;
  slots: Slot[];
}

/** Reads of timetables for others than the owner. */
@Injectable()
export class SharingQueries {
  constructor(
    private readonly database: Database,
    private readonly timetables: TimetablesQueries,
  ) {}

  /** The primary timetables that an owner shows, of one semester or of all below a position: the newest semester first. */
  shown(
    ownerId: number,
    semester: number | undefined,
    [year, term]: readonly [number, number],
    limit: number,
  ): Promise<Part> {
    return this.timetables.readPart(
      `WHERE p.owner_id = ? AND t.visibility <> 'private' AND (? IS NULL OR p.semester_id = ?)
         AND (s.year < ? OR (s.year = ? AND s.term < ?))
       ORDER BY s.year DESC, s.term DESC`,
      [ownerId, semester ?? null, semester ?? null, year, year, term],
      limit,
    );
  }

  /**
   * The busy times of these people by their primary timetables of a semester, in one statement. People without one, or
   * who hide it, are left out; mine always counts.
   */
  async busy(me: number, others: number[], semesterId: number): Promise<BusyPerson[]> {
    const rows = await this.database.select(
      BUSY,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) w
            STRAIGHT_JOIN primary_timetables p ON p.owner_id = w.id AND p.semester_id = ?
            STRAIGHT_JOIN timetables t ON t.id = p.timetable_id AND (t.visibility <> 'private' OR t.owner_id = ?)
            LEFT JOIN timetable_entries e ON e.timetable_id = t.id
            LEFT JOIN lectures l ON l.id = e.lecture_id AND l.cancelled = 0
            LEFT JOIN lecture_meetings m ON m.lecture_id = l.id`,
      [JSON.stringify([me, ...others]), semesterId, me],
    );
    const people = new Map<number, Slot[]>();
    for (const { ownerId, own, day, start, end, weeks } of rows) {
      const slots = people.get(ownerId) ?? [];
      people.set(ownerId, slots);
      if (own) slots.push(...own);
      else if (day !== null && start !== null && end !== null) slots.push({ day, start, end, weeks });
    }
    return [...people].map(([ownerId, slots]) => ({ ownerId, slots }));
  }
}
