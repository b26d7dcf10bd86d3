import type { LongConnection } from '../../database/long-connection.js';
import type { Parameter } from '../../database/connection.js';
import { float, int, selection, text, type RowOf } from '../../database/selection.js';
import type { FileLecture } from './file-lecture.js';
import type { Findings } from './report.js';

const BATCH = 500;
const COLUMNS = ['code_key', 'subject_id', 'code', 'name', 'department', 'credits', 'category'];

/** Of the catalogue's own subjects. */
const KNOWN = selection({
  id: int('id'),
  codeKey: text('catalogue_key'),
  code: text('code'),
  name: text('name'),
  department: text('department', 'nullable'),
  credits: float('credits'),
  category: text('category', 'nullable'),
});
type Known = RowOf<typeof KNOWN>;

/** A lecture's data of its subject, in the file. */
const SAID = {
  code: (lecture: FileLecture) => lecture.code,
  name: (lecture: FileLecture) => lecture.subject,
  department: (lecture: FileLecture) => lecture.department,
  credits: (lecture: FileLecture) => lecture.credits,
  category: (lecture: FileLecture) => lecture.category,
};
type Column = keyof typeof SAID;
const SAID_COLUMNS = Object.keys(SAID) as Column[];

interface Votes {
  votes: number;
  line: number;
}

/**
 * What the file says of subjects. Its lectures say it, and not always the same: what most of them say holds, and of two
 * with as many votes what stands first in the file. The lectures come by subject, so one is counted at a time.
 */
export class SubjectTallies {
  private codeKey: string | undefined;
  private tally = newTally();
  private known = new Map<string, Known>();
  private rows: Parameter[][] = [];

  constructor(
    private readonly connection: LongConnection,
    private readonly findings: Findings,
  ) {}

  /** Looks up the catalogue's subjects between two keys, both included, which are those of the next lectures. */
  async know(first: string, last: string): Promise<void> {
    // The subject that is being counted is the first of them or comes before them.
    const counting = this.codeKey === undefined ? undefined : this.known.get(this.codeKey);
    const rows = await this.connection.select(KNOWN, 'FROM subjects WHERE catalogue_key BETWEEN ? AND ?', [
      first,
      last,
    ]);
    this.known = new Map(rows.map((subject) => [subject.codeKey, subject]));
    if (counting) this.known.set(this.codeKey!, counting);
    if (this.rows.length >= BATCH) await this.write();
  }

  count(codeKey: string, lecture: FileLecture): void {
    if (codeKey !== this.codeKey) this.close();
    this.codeKey = codeKey;
    for (const column of SAID_COLUMNS) {
      const said = SAID[column](lecture);
      const before = this.tally[column].get(said);
      this.tally[column].set(said, {
        votes: (before?.votes ?? 0) + 1,
        line: Math.min(before?.line ?? Infinity, lecture.line),
      });
    }
  }

  async finish(): Promise<void> {
    this.close();
    await this.write();
  }

  private close(): void {
    if (this.codeKey === undefined) return;
    const subject = Object.fromEntries(SAID_COLUMNS.map((column) => [column, mostSaid(this.tally[column])]));
    const known = this.known.get(this.codeKey);
    const isSame = known && SAID_COLUMNS.every((column) => known[column] === subject[column]);
    if (!isSame) {
      this.findings.counts[known ? 'subjectsChanged' : 'subjectsAdded'] += 1;
      this.rows.push([this.codeKey, known?.id ?? null, ...SAID_COLUMNS.map((column) => subject[column])]);
    }
    this.codeKey = undefined;
    this.tally = newTally();
  }

  private async write(): Promise<void> {
    await this.connection.insert('import_subjects', COLUMNS, this.rows);
    this.rows = [];
  }
}

type Tally = Record<Column, Map<string | number | null, Votes>>;

function newTally(): Tally {
  return { code: new Map(), name: new Map(), department: new Map(), credits: new Map(), category: new Map() };
}

function mostSaid(said: Map<string | number | null, Votes>): string | number | null {
  const [[value]] = [...said].sort(([, a], [, b]) => b.votes - a.votes || a.line - b.line);
  return value;
}
