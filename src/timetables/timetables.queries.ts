import { Injectable } from '@nestjs/common';
import type { LectureFacts } from '../catalogue/lectures/lecture-revision.entity.js';
import { LECTURE, lectureRowOf, type FlatLecture } from '../catalogue/lectures/lectures.queries.js';
import type { Meeting } from '../catalogue/meetings.js';
import { SEMESTER } from '../catalogue/semesters/semesters.queries.js';
import { Database } from '../database/database.js';
import type { Parameter } from '../database/connection.js';
import type { Reader } from '../database/reader.js';
import { date, flag, float, int, json, nullable, selection, text, type RowOf } from '../database/selection.js';
import { entriesOf, type EntryRow } from './entries/entry.js';
import type { Visibility } from './timetable.entity.js';
import type { WholeTimetable } from './timetable.js';

const TIMETABLE = selection({
  timetableId: int('t.id'),
  ownerId: int('t.owner_id'),
  name: text('t.name'),
  isPrimary: flag('p.timetable_id IS NOT NULL'),
  visibility: text<Visibility>('t.visibility'),
  theme: text('t.theme'),
  timetableVersion: int('t.version'),
  ...SEMESTER.columns,
});
type TimetableRow = RowOf<typeof TIMETABLE>;
const COUNTED_TIMETABLE = selection({
  ...TIMETABLE.columns,
  entryCount: int('(SELECT COUNT(*) FROM timetable_entries e WHERE e.timetable_id = t.id)'),
});

const ENTRY = selection({
  entryId: int('e.id'),
  timetableId: int('e.timetable_id'),
  seenRevision: int('e.seen_revision', 'nullable'),
  ownTitle: text('e.title', 'nullable'),
  color: int('e.color'),
  memo: text('e.memo', 'nullable'),
  private: flag('e.private'),
  ownCredits: float('e.credits', 'nullable'),
  ownMeetings: json<Meeting[]>('e.meetings', 'nullable'),
  entryVersion: int('e.version'),
  seenFacts: json<LectureFacts>('r.facts', 'nullable'),
  changedAt: date('r.replaced_at', 'nullable'),
  ...nullable(LECTURE.columns),
});
type FlatEntry = RowOf<typeof ENTRY>;

const FROM = `FROM timetables t JOIN semesters s ON s.id = t.semester_id
  LEFT JOIN primary_timetables p ON p.timetable_id = t.id`;

/** Entries of a page, unless one timetable alone has more. */
const MAX_ENTRIES = 300;

/** Some timetables, and whether more follow. */
export interface Part {
  timetables: WholeTimetable[];
  more: boolean;
}

/** The reads of timetables with their entries: two statements for one timetable or a page. */
@Injectable()
export class TimetablesQueries {
  constructor(private readonly database: Database) {}

  /** The owner's own only. */
  async one(ownerId: number, id: number, reader: Reader = this.database): Promise<WholeTimetable | undefined> {
    return (await this.read(reader, 'WHERE t.id = ? AND t.owner_id = ?', [id, ownerId]))[0];
  }

  /** The owner's, of one semester or of all, the oldest first. */
  page(ownerId: number, semesterId: number | undefined, after: number, limit: number): Promise<Part> {
    return semesterId === undefined
      ? this.readPart('WHERE t.owner_id = ? AND t.id > ? ORDER BY t.id', [ownerId, after], limit)
      : this.readPart(
          'WHERE t.owner_id = ? AND t.semester_id = ? AND t.id > ? ORDER BY t.id',
          [ownerId, semesterId, after],
          limit,
        );
  }

  /**
   * The first rows of an ordered condition: at most `limit`, and at most MAX_ENTRIES entries in all. Without that bound
   * a page could have a hundred megabytes.
   */
  async readPart(condition: string, parameters: Parameter[], limit: number): Promise<Part> {
    const rows = await this.database.select(COUNTED_TIMETABLE, `${FROM} ${condition} LIMIT ?`, [
      ...parameters,
      limit + 1,
    ]);
    const shown: typeof rows = [];
    let entries = 0;
    for (const row of rows.slice(0, limit)) {
      entries += row.entryCount;
      // One at least: else a client would get an empty page that continues.
      if (shown.length > 0 && entries > MAX_ENTRIES) break;
      shown.push(row);
    }
    return { timetables: await this.withEntries(shown, this.database), more: shown.length < rows.length };
  }

  /** @param condition on `timetables t` and `primary_timetables p`; it decides on the owners */
  async read(reader: Reader, condition: string, parameters: Parameter[]): Promise<WholeTimetable[]> {
    const rows = await reader.select(TIMETABLE, `${FROM} ${condition}`, parameters);
    return this.withEntries(rows, reader);
  }

  private async withEntries(rows: TimetableRow[], reader: Reader): Promise<WholeTimetable[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ timetableId }) => timetableId);
    const entries = await this.entries(ids, reader);
    return rows.map((row) => {
      const own = entries.filter(({ timetableId }) => timetableId === row.timetableId);
      return wholeTimetable(row, own);
    });
  }

  private entries(timetableIds: number[], reader: Reader): Promise<FlatEntry[]> {
    return reader.select(
      ENTRY,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) wanted
            STRAIGHT_JOIN timetable_entries e ON e.timetable_id = wanted.id
            LEFT JOIN lectures l ON l.id = e.lecture_id
            LEFT JOIN subjects c ON c.id = l.subject_id
            LEFT JOIN lecture_revisions r ON r.lecture_id = e.lecture_id AND r.revision = e.seen_revision
      ORDER BY e.id`,
      [JSON.stringify(timetableIds)],
    );
  }
}

function wholeTimetable(row: TimetableRow, entries: FlatEntry[]): WholeTimetable {
  const { timetableId, ownerId, name, isPrimary, visibility, theme, timetableVersion, ...semester } = row;
  return {
    id: timetableId,
    ownerId,
    name,
    primary: isPrimary,
    visibility,
    theme,
    version: timetableVersion,
    semester,
    entries: entriesOf(entries.map(entryRow)),
  };
}

/** The columns of the lecture are those of one row, or all `null`. */
function hasLecture(row: FlatEntry): row is FlatEntry & FlatLecture {
  return row.id !== null;
}

function entryRow(row: FlatEntry): EntryRow {
  return {
    id: row.entryId,
    lecture: hasLecture(row) ? lectureRowOf(row) : null,
    seenRevision: row.seenRevision,
    seenFacts: row.seenFacts,
    changedAt: row.changedAt,
    title: row.ownTitle,
    color: row.color,
    memo: row.memo,
    private: row.private,
    credits: row.ownCredits,
    meetings: row.ownMeetings,
    version: row.entryVersion,
  };
}
