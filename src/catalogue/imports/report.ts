import type { Phase } from './progress.js';

/** Entries of a list that a report shows; it counts them all. */
export const MOST_LISTED = 100;

/** Something about a row: `line` is that of a CSV file, or the place in the list of a JSON file; from 1. */
interface RowNote {
  line: number;
  text: string;
}

/** The change of one lecture. */
export interface LectureChange {
  kind: 'added' | 'changed' | 'removed' | 'returned';
  code: string;
  section: string;
  title: string;
  /** Old and new value of each field; empty when it is added or removed. */
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

/** Notes of one reason, such as `"…" is no time of day`. */
export interface NoteGroup {
  reason: string;
  total: number;
  /** The first of their lines. */
  lines: number[];
}

export interface Notes extends Listed<RowNote> {
  /** The most frequent first. */
  groups: NoteGroup[];
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

/** The changes of an import, or of a dry run. */
export interface ImportReport {
  /** As in `2025-autumn`. */
  semester: string;
  format: string;
  applied: boolean;
  dryRun: boolean;
  /** Why it was not applied, or would not be; `null` when nothing stands against it. */
  refusal: Refusal | null;
  counts: ImportCounts;
  badRows: Notes;
  warnings: Notes;
  /** Cancelled lectures first, then those at another time or place, then all others. */
  changes: Listed<LectureChange>;
  /** Milliseconds of each phase. */
  took: Record<Phase, number>;
}

/** Collects a report. */
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
  private readonly badRows: NotesByLine;
  private readonly warnings: NotesByLine;
  /** By how much they matter to those who attend. */
  private readonly changes: LectureChange[][] = [[], [], []];

  /** @param most entries of each list */
  constructor(private readonly most = MOST_LISTED) {
    this.badRows = new NotesByLine(most);
    this.warnings = new NotesByLine(most);
  }

  bad(line: number, text: string): void {
    this.badRows.add({ line, text });
  }

  warn(line: number, text: string): void {
    this.warnings.add({ line, text });
  }

  change(change: LectureChange): void {
    this.counts[change.kind] += 1;
    const alike = this.changes[urgencyOf(change)];
    if (alike.length < this.most) alike.push(change);
  }

  private get changeCount(): number {
    const { added, changed, removed, returned } = this.counts;
    return added + changed + removed + returned;
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
      changes: { total: this.changeCount, items: this.changes.flat().slice(0, this.most) },
    };
  }
}

/** 0 if cancelled, 1 if at another time or place, 2 for any other change. */
function urgencyOf({ kind, fields }: LectureChange): 0 | 1 | 2 {
  if (kind === 'removed') return 0;
  return 'meetings' in fields || 'place' in fields ? 1 : 2;
}

/** Different reasons at most; a file may have any number. */
const MOST_REASONS = 50;
const LINES_OF_A_REASON = 10;
const OTHERS = 'other reasons';

/** Keeps the notes of the first lines, in whichever order they come, and counts all by their reasons. */
class NotesByLine {
  total = 0;
  private items: RowNote[] = [];
  private readonly groups = new Map<string, NoteGroup>();

  constructor(private readonly most: number) {}

  add(note: RowNote): void {
    this.total += 1;
    this.items.push(note);
    this.group(note);
    if (this.items.length > 2 * this.most) this.cut();
  }

  listed(): Notes {
    this.cut();
    const groups = [...this.groups.values()].sort((a, b) => b.total - a.total || a.lines[0] - b.lines[0]);
    return { total: this.total, items: this.items, groups };
  }

  private group({ line, text }: RowNote): void {
    const own = reasonOf(text);
    const reason = this.groups.has(own) || this.groups.size < MOST_REASONS ? own : OTHERS;
    const group = this.groups.get(reason) ?? { reason, total: 0, lines: [] };
    this.groups.set(reason, group);
    group.total += 1;
    group.lines = [...group.lines, line].sort((a, b) => a - b).slice(0, LINES_OF_A_REASON);
  }

  private cut(): void {
    this.items = this.items.sort((a, b) => a.line - b.line).slice(0, this.most);
  }
}

/** The text without quoted cells and line numbers. */
function reasonOf(text: string): string {
  return text.replace(/"[^"]*"/g, '"…"').replace(/\bline \d+/g, 'line …');
}
