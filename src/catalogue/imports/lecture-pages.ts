import type { LongConnection } from '../../database/long-connection.js';
import { flag, int, ROW_COUNT, type RowOf, selection, text } from '../../database/selection.js';
import { LECTURE } from '../lectures/lectures.queries.js';
import type { Meeting } from '../meetings.js';
import { type CheckedRow, inFullOrder, type LocatedRow } from './file-lecture.js';

/** Compared in about 10 ms, so that the server can do other work in between. */
const STAGED_PAGE = 250;
/** Rows of one lecture in memory: a few more than any lecture may have. */
const MAX_KEPT_ROWS = 500;

/** All that the file says of one lecture. */
export interface StagedLecture {
  codeKey: string;
  section: string;
  /** In the file's order; without those that are bad. */
  rows: LocatedRow[];
  /** Whether one of its rows was bad. */
  isBad: boolean;
  /** Rows besides `rows`, which are too many for any lecture. */
  more: number;
}

const STAGED_ROW = selection({
  codeKey: text('code_key'),
  section: text('section'),
  ordinal: int('ordinal'),
  line: int('line'),
  bad: flag('bad'),
  content: text('content'),
});
type StagedRow = RowOf<typeof STAGED_ROW>;

/**
 * Reads `import_rows` by lecture, so that scattered rows of one lecture come together. In the database's order of keys.
 */
export class StagedGroups {
  constructor(private readonly connection: LongConnection) {}

  /** A page of rows at a time, with complete lectures. */
  async *pages(): AsyncIterable<StagedLecture[]> {
    let open: StagedLecture | undefined;
    let after: StagedRow | undefined;
    for (;;) {
      const rows = await this.page(after);
      const groups: StagedLecture[] = open ? [open] : [];
      for (const row of rows) {
        if (!open || open.codeKey !== row.codeKey || open.section !== row.section) {
          open = { codeKey: row.codeKey, section: row.section, rows: [], isBad: false, more: 0 };
          groups.push(open);
        }
        if (row.bad) open.isBad = true;
        else if (open.rows.length === MAX_KEPT_ROWS) open.more += 1;
        else open.rows.push({ line: row.line, row: JSON.parse(row.content) as CheckedRow });
      }
      const isLast = rows.length < STAGED_PAGE;
      // The last lecture may go on in the next page.
      const complete = isLast ? groups : groups.slice(0, -1);
      if (complete.length > 0) yield complete;
      if (isLast) return;
      open = groups[groups.length - 1];
      after = rows[rows.length - 1];
    }
  }

  private page(after: StagedRow | undefined): Promise<StagedRow[]> {
    const { codeKey = '', section = '', ordinal = 0 } = after ?? {};
    return this.connection.select(
      STAGED_ROW,
      `FROM import_rows
        WHERE code_key >= ? AND (code_key > ? OR section > ? OR (section = ? AND ordinal > ?))
        ORDER BY code_key, section, ordinal LIMIT ${STAGED_PAGE}`,
      [codeKey, codeKey, section, section, ordinal],
    );
  }
}

const STORED_PAGE = 500;

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

  /** Lectures that are not cancelled and have no row in `import_rows`, in pages. */
  async *notStaged(): AsyncIterable<StoredLecture[]> {
    for (let after = 0; this.semesterId !== null;) {
      const rows = await this.connection.select(
        STORED,
        `FROM lectures l JOIN subjects c ON c.id = l.subject_id
           LEFT JOIN import_rows r ON r.code_key = c.catalogue_key AND r.section = l.catalogue_section
          WHERE l.semester_id = ? AND l.id > ? AND l.source = 'catalogue' AND l.cancelled = 0 AND r.ordinal IS NULL
          ORDER BY l.id LIMIT ${STORED_PAGE}`,
        [this.semesterId, after],
      );
      if (rows.length > 0) yield rows.map(stored);
      if (rows.length < STORED_PAGE) return;
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
