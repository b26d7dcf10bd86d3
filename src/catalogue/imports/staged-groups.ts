import type { LongConnection } from '../../database/long-connection.js';
import { flag, int, selection, text, type RowOf } from '../../database/selection.js';
import type { CheckedRow } from './check-row.js';
import type { LocatedRow } from './file-lecture.js';

/** Compared in some 10 ms: the server does other things in between. */
const PAGE = 250;
/** Rows of one lecture that are kept: a few more than any lecture may have. */
const KEPT = 500;

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
 * Reads `import_rows` by lecture: wherever the rows of one stood in the file, here they come together. The order is
 * that of the keys in the database.
 */
export class StagedGroups {
  constructor(private readonly connection: LongConnection) {}

  /** A page of rows at a time, in lectures that are complete. */
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
        else if (open.rows.length === KEPT) open.more += 1;
        else open.rows.push({ line: row.line, row: JSON.parse(row.content) as CheckedRow });
      }
      const isLast = rows.length < PAGE;
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
        ORDER BY code_key, section, ordinal LIMIT ${PAGE}`,
      [codeKey, codeKey, section, section, ordinal],
    );
  }
}
