import { flag, float, int, json, selection, text, type RowOf } from '../../database/selection.js';
import type { Slot } from '../meetings.js';
import { departmentStems, fold, initialsOf } from './search-text.js';

export const LECTURE_TO_SEARCH = selection({
  id: int('l.id'),
  version: int('l.version'),
  title: text('l.title'),
  professors: json<string[]>('l.professors'),
  place: text('l.place', 'nullable'),
  credits: float('l.credits'),
  creditsMax: float('l.credits_max', 'nullable'),
  cancelled: flag('l.cancelled'),
  code: text('c.code'),
  department: text('c.department', 'nullable'),
  category: text('c.category', 'nullable'),
  meetings: json<[day: number, start: number, end: number, weeks: number | null, room: string | null][]>(
    `(SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.weeks, m.room))
        FROM lecture_meetings m WHERE m.lecture_id = l.id)`,
    'nullable',
  ),
});
export type LectureToSearch = RowOf<typeof LECTURE_TO_SEARCH>;

/** A lecture as the search keeps it in memory. Texts are folded. */
export interface SearchedLecture {
  id: number;
  title: string;
  /** The title's initial consonants. */
  initials: string;
  /** All other fields, with a line break between any two: no folded text has one, so no word is found across fields. */
  others: string;
  professors: string;
  department: string;
  /** The full words of the department's abbreviations. */
  stems: string[];
  category: string | null;
  credits: number;
  creditsMax: number;
  slots: Slot[];
}

const BETWEEN = '\n';

/** Many lectures have the same department; each text is folded once and kept once. */
const MAX_FOLDED = 10_000;

export class Folding {
  private readonly folded = new Map<string, { text: string; stems: string[] }>();

  searched(row: LectureToSearch): SearchedLecture {
    const { id, professors, place, code, category, credits, creditsMax } = row;
    const meetings = row.meetings ?? [];
    const title = fold(row.title);
    const department = this.department(row.department ?? '');
    const names = professors.map(fold).join(BETWEEN);
    const rooms = [...new Set(meetings.map(([, , , , room]) => fold(room ?? '')))];
    return {
      id,
      title,
      initials: initialsOf(title),
      others: [fold(code), department.text, names, fold(place ?? ''), ...rooms].join(BETWEEN),
      professors: names,
      department: department.text,
      stems: department.stems,
      category: category === null ? null : this.department(category).text,
      credits,
      creditsMax: creditsMax ?? credits,
      slots: meetings.map(([day, start, end, weeks]) => ({ day, start, end, weeks })),
    };
  }

  private department(name: string): { text: string; stems: string[] } {
    let folded = this.folded.get(name);
    if (!folded) {
      if (this.folded.size >= MAX_FOLDED) this.folded.clear();
      this.folded.set(name, (folded = { text: fold(name), stems: departmentStems(name) }));
    }
    return folded;
  }
}
