import type { LongConnection } from '../../database/long-connection.js';
import { ROW_COUNT, selection, text, type RowOf } from '../../database/selection.js';
import { LECTURE } from '../lectures/lectures.queries.js';
import type { Meeting } from '../meetings.js';
import { inFullOrder } from './file-lecture.js';

const PAGE = 500;

const { id, subjectId, title, professors, credits, creditsMax, grade, capacity, enrolled, note, place } =
  LECTURE.columns;
const { cancelled, revision, version, meetings, subjectCode } = LECTURE.columns;
/** The catalogue's own lectures and subjects always have a section and a key in it. */
const STORED = selection({
  ...{ id, subjectId, codeKey: text('c.catalogue_key'), code: subjectCode, section: text('l.catalogue_section') },
  ...{ title, professors, credits, creditsMax, grade, capacity, enrolled, note, place },
  ...{ cancelled, revision, version, meetings },
});
type StoredRow = RowOf<typeof STORED>;
export type StoredLecture = Omit<StoredRow, 'meetings'> & { meetings: Meeting[] };

/** Reads the catalogue's own lectures of one semester; there are none when the semester is not there yet. */
export class StoredLectures {
  constructor(
    private readonly connection: LongConnection,
    private readonly semesterId: number | null,
  ) {}

  /** Those whose subjects' keys lie between two keys, both included, by key and section with a NUL between them. */
  async between(first: string, last: string): Promise<Map<string, StoredLecture>> {
    if (this.semesterId === null) return new Map();
    const rows = await this.connection.select(
      STORED,
      `FROM subjects c
         JOIN lectures l ON l.subject_id = c.id AND l.semester_id = ? AND l.source = 'catalogue'
        WHERE c.catalogue_key BETWEEN ? AND ?`,
      [this.semesterId, first, last],
    );
    return new Map(rows.map((row) => [`${row.codeKey}\0${row.section}`, stored(row)]));
  }

  /** Those that are not cancelled and that no row of `import_rows` speaks of, in pages. */
  async *notStaged(): AsyncIterable<StoredLecture[]> {
    for (let after = 0; this.semesterId !== null;) {
      const rows = await this.connection.select(
        STORED,
        `FROM lectures l JOIN subjects c ON c.id = l.subject_id
           LEFT JOIN import_rows r ON r.code_key = c.catalogue_key AND r.section = l.catalogue_section
          WHERE l.semester_id = ? AND l.id > ? AND l.source = 'catalogue' AND l.cancelled = 0 AND r.ordinal IS NULL
          ORDER BY l.id LIMIT ${PAGE}`,
        [this.semesterId, after],
      );
      if (rows.length > 0) yield rows.map(stored);
      if (rows.length < PAGE) return;
      after = rows[rows.length - 1].id;
    }
  }

  /** How many there are that are not cancelled. */
  async count(): Promise<number> {
    if (this.semesterId === null) return 0;
    const row = await this.connection.selectOne(
      ROW_COUNT,
      "FROM lectures WHERE semester_id = ? AND source = 'catalogue' AND cancelled = 0",
      [this.semesterId],
    );
    return row!.count;
  }
}

function stored(row: StoredRow): StoredLecture {
  const meetings = (row.meetings ?? []).map(([day, start, end, room, weeks]): Meeting => ({
    day,
    start,
    end,
    room,
    weeks,
  }));
  return { ...row, meetings: meetings.sort(inFullOrder) };
}
