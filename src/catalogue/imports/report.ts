import type { Phase } from './progress.js';

/** Entries of a list that a report shows; it counts them all. */
const MOST_LISTED = 100;

/** Something about a row: `line` is that of a CSV file, or the place in the list of a JSON file; from 1. */
export interface RowNote {
  line: number;
  text: string;
}

/** What happens to one lecture. */
export interface LectureChange {
  kind: 'added' | 'changed' | 'removed' | 'returned';
  code: string;
  section: string;
  title: string;
  /** Field by field what it was and what it becomes; empty when it is added or removed. */
  fields: Record<string, { old: unknown; new: unknown }>;
}

export const REFUSALS = ['empty', 'badRows', 'lost'] as const;
/** Why nothing was written: nothing in the file; bad rows with `--strict`; too much would be lost. */
export type RefusalCode = (typeof REFUSALS)[number];

export interface Refusal {
  code: RefusalCode;
  text: string;
}

/** A list that shows its first entries and counts all. */
export interface Listed<T> {
  total: number;
  items: T[];
}

export interface ImportCounts {
  /** Records in the file. */
  rows: number;
  /** Lectures that these are, without those with bad rows. */
  lectures: number;
  meetings: number;
  untimed: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Cancelled, as the file does not have them any more. */
  removed: number;
  /** They were cancelled and are in the file again. */
  returned: number;
  /** Lectures, of those that were there, that have no times any more. */
  lostTimes: number;
  subjectsAdded: number;
  subjectsChanged: number;
}

/** What an import did, or would do. */
export interface ImportReport {
  /** As in `2025-autumn`. */
  semester: string;
  format: string;
  applied: boolean;
  dryRun: boolean;
  /** Why it was not applied, or would not be; `null` when nothing stands against it. */
  refusal: Refusal | null;
  counts: ImportCounts;
  badRows: Listed<RowNote>;
  warnings: Listed<RowNote>;
  changes: Listed<LectureChange>;
  /** Milliseconds of each phase. */
  took: Record<Phase, number>;
}

/** Collects what becomes a report. */
export class Findings {
  readonly counts: ImportCounts = {
    rows: 0,
    lectures: 0,
    meetings: 0,
    untimed: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    returned: 0,
    lostTimes: 0,
    subjectsAdded: 0,
    subjectsChanged: 0,
  };
  private readonly badRows = new FirstByLine();
  private readonly warnings = new FirstByLine();
  private readonly changes: Listed<LectureChange> = { total: 0, items: [] };

  bad(line: number, text: string): void {
    this.badRows.add({ line, text });
  }

  warn(line: number, text: string): void {
    this.warnings.add({ line, text });
  }

  change(change: LectureChange): void {
    this.counts[change.kind] += 1;
    this.changes.total += 1;
    if (this.changes.items.length < MOST_LISTED) this.changes.items.push(change);
  }

  get badRowCount(): number {
    return this.badRows.total;
  }

  report(about: Pick<ImportReport, 'semester' | 'format' | 'applied' | 'dryRun' | 'refusal' | 'took'>): ImportReport {
    return {
      ...about,
      counts: this.counts,
      badRows: this.badRows.listed(),
      warnings: this.warnings.listed(),
      changes: this.changes,
    };
  }
}

/** Keeps the notes of the first lines, in whichever order they come. */
class FirstByLine {
  total = 0;
  private items: RowNote[] = [];

  add(note: RowNote): void {
    this.total += 1;
    this.items.push(note);
    if (this.items.length > 2 * MOST_LISTED) this.cut();
  }

  listed(): Listed<RowNote> {
    this.cut();
    return { total: this.total, items: this.items };
  }

  private cut(): void {
    this.items = this.items.sort((a, b) => a.line - b.line).slice(0, MOST_LISTED);
  }
}
