import type {
  ImportReportView,
  LectureChangeView,
  NoteGroupView,
  RowNotesView,
} from '../../catalogue/imports/imports.dto.js';

/** Entries of each list that are printed. */
const MOST_LINES = 20;
const MOST_LETTERS = 60;

/**
 * The report of an import, or of a dry run, as lines.
 *
 * @param most entries of each list
 */
export function linesOf(report: ImportReportView, most = MOST_LINES): string[] {
  const { counts, badRows, warnings, changes, refusal, semester, format } = report;
  return [
    `${semester}, format ${format}: ${counted(counts.rows, 'row')}, ${counted(counts.lectures, 'lecture')}, ` +
      `${counted(counts.meetings, 'meeting')}, ${counted(counts.untimed, 'lecture')} without times`,
    ...noted('bad row', badRows, most),
    ...noted('warning', warnings, most),
    ...listed('change', changes, changeLines, most),
    `added ${number(counts.added)}, changed ${number(counts.changed)}, unchanged ${number(counts.unchanged)}, ` +
      `cancelled ${number(counts.removed)}, back again ${number(counts.returned)}; ` +
      `subjects: added ${number(counts.subjectsAdded)}, changed ${number(counts.subjectsChanged)}`,
    refusal ? `Refused, nothing was changed: ${refusal.text}` : outcome(report),
  ];
}

function outcome({ applied, changes, counts, took }: ImportReportView): string {
  const isSame = changes.total === 0 && counts.subjectsChanged + counts.subjectsAdded === 0;
  const seconds = Object.values(took).reduce((sum, one) => sum + one, 0) / 1000;
  if (isSame) return `Nothing to change: the catalogue has the same data as the file. (${seconds.toFixed(1)} s)`;
  return applied ? `Done in ${seconds.toFixed(1)} s.` : 'A dry run: nothing was changed.';
}

function listed<T>(
  name: string,
  { total, items }: { total: number; items: T[] },
  lines: (item: T) => string[],
  most: number,
): string[] {
  if (total === 0) return [];
  const shown = items.slice(0, most);
  const more = total > shown.length ? [`    … and ${number(total - shown.length)} more`] : [];
  return [`  ${counted(total, name)}:`, ...shown.flatMap(lines).map((line) => `    ${line}`), ...more];
}

/** By their reasons; in a whole report line by line as well. */
function noted(name: string, { total, items, groups }: RowNotesView, most: number): string[] {
  if (total === 0) return [];
  const all = most > MOST_LINES ? items.map(({ line, text }) => `    line ${line}: ${text}`) : [];
  return [`  ${counted(total, name)}:`, ...groups.slice(0, most).map((group) => `    ${groupLine(group)}`), ...all];
}

function groupLine({ reason, total, lines }: NoteGroupView): string {
  const more = total > lines.length ? ', …' : '';
  return `${number(total)} × ${reason} (line${total === 1 ? '' : 's'} ${lines.join(', ')}${more})`;
}

const SIGNS = { added: '+', changed: '~', removed: '-', returned: '^' };

function changeLines({ kind, code, section, title, fields }: LectureChangeView): string[] {
  const told = Object.entries(fields).map(
    ([field, { old, new: now }]) => `    ${field}: ${short(old)} → ${short(now)}`,
  );
  return [`${SIGNS[kind]} ${code}-${section} ${title}`, ...told];
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS).toWellFormed()}…` : text;
}

const number = (value: number): string => value.toLocaleString('en');

function counted(count: number, name: string): string {
  return `${number(count)} ${name}${count === 1 ? '' : 's'}`;
}
