import type { LongConnection } from '../../database/long-connection.js';
import type { LectureFacts } from '../lectures/lecture-revision.entity.js';
import type { Meeting } from '../meetings.js';
import { inFullOrder } from './file-lecture.js';

const PAGE = 500;

/** A lecture of the catalogue as it is stored. */
export interface StoredLecture extends LectureFacts {
  id: number;
  subjectId: number;
  codeKey: string;
  /** The subject's. */
  code: string;
  section: string;
  grade: string | null;
  capacity: number | null;
  enrolled: number | null;
  note: string | null;
  revision: number;
  version: number;
}

type Flat = Omit<StoredLecture, 'meetings' | 'cancelled'> & {
  cancelled: 0 | 1;
  meetings: [number, number, number, string | null, number | null][] | null;
};

const COLUMNS = `l.id, l.subject_id AS subjectId, c.catalogue_key AS codeKey, c.code, l.catalogue_section AS section,
  l.title, l.professors, l.credits, l.credits_max AS creditsMax, l.grade, l.capacity, l.enrolled, l.note, l.place,
  l.cancelled, l.revision, l.version,
  (SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.room, m.weeks))
     FROM lecture_meetings m WHERE m.lecture_id = l.id) AS meetings`;

/** Reads the catalogue's own lectures of one semester; there are none when the semester is not there yet. */
export class StoredLectures {
  constructor(
    private readonly connection: LongConnection,
    private readonly semesterId: number | null,
  ) {}

  /** Those whose subjects' keys lie between two keys, both included, by key and section with a NUL between them. */
  async between(first: string, last: string): Promise<Map<string, StoredLecture>> {
    if (this.semesterId === null) return new Map();
    const rows = await this.connection.rows<Flat>(
      `SELECT ${COLUMNS} FROM subjects c
         JOIN lectures l ON l.subject_id = c.id AND l.semester_id = ? AND l.source = 'catalogue'
        WHERE c.catalogue_key BETWEEN ? AND ?`,
      [this.semesterId, first, last],
    );
    return new Map(rows.map((row) => [`${row.codeKey}\0${row.section}`, stored(row)]));
  }

  /** Those that are not cancelled and that no row of `import_rows` speaks of, in pages. */
  async *notStaged(): AsyncIterable<StoredLecture[]> {
    for (let after = 0; this.semesterId !== null;) {
      const rows = await this.connection.rows<Flat>(
        `SELECT ${COLUMNS} FROM lectures l JOIN subjects c ON c.id = l.subject_id
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
    const row = await this.connection.row<{ n: number }>(
      "SELECT COUNT(*) AS n FROM lectures WHERE semester_id = ? AND source = 'catalogue' AND cancelled = 0",
      [this.semesterId],
    );
    return row!.n;
  }
}

function stored(row: Flat): StoredLecture {
  const meetings = (row.meetings ?? []).map(([day, start, end, room, weeks]): Meeting => ({
    day,
    start,
    end,
    room,
    weeks,
  }));
  return { ...row, cancelled: Boolean(row.cancelled), meetings: meetings.sort(inFullOrder) };
}
