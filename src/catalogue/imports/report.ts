import type {
  ImportCountsView,
  ImportReportView,
  LectureChangeView,
  NoteGroupView,
  RowNotesView,
  RowNoteView,
} from './imports.dto.js';

/** In the order in which they come. */
export const PHASES = ['waiting', 'reading', 'comparing', 'applying'] as const;
export type Phase = (typeof PHASES)[number];

export const REFUSALS = ['empty', 'badRows', 'lost'] as const;
/** Why nothing was written: nothing in the file; bad rows with `--strict`; too much would be lost. */
export type RefusalCode = (typeof REFUSALS)[number];

/** Entries of a list that a report shows; it counts them all. */
export const MOST_LISTED = 100;

/** Collects a report. */
export class Findings {
  readonly counts: ImportCountsView = {
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
  private readonly changes: LectureChangeView[][] = [[], [], []];

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

  change(change: LectureChangeView): void {
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

  report(
    about: Pick<ImportReportView, 'semester' | 'format' | 'applied' | 'dryRun' | 'refusal' | 'took'>,
  ): ImportReportView {
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
function urgencyOf({ kind, fields }: LectureChangeView): 0 | 1 | 2 {
  if (kind === 'removed') return 0;
  return 'meetings' in fields || 'place' in fields ? 1 : 2;
}

/** Different reasons at most; a file may have any number. */
const MOST_REASONS = 50;
const LINES_OF_A_REASON = 10;
const OTHERS = 'other reasons';

/** Keeps the notes of the first lines, in any order of arrival, and counts all by reason. */
class NotesByLine {
  total = 0;
  private items: RowNoteView[] = [];
  private readonly groups = new Map<string, NoteGroupView>();

  constructor(private readonly most: number) {}

  add(note: RowNoteView): void {
    this.total += 1;
    this.items.push(note);
    this.group(note);
    if (this.items.length > 2 * this.most) this.cut();
  }

  listed(): RowNotesView {
    this.cut();
    const groups = [...this.groups.values()].sort((a, b) => b.total - a.total || a.lines[0] - b.lines[0]);
    return { total: this.total, items: this.items, groups };
  }

  private group({ line, text }: RowNoteView): void {
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
