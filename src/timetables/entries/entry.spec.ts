import { describe, expect, it } from '@jest/globals';
import type { LectureFacts } from '../../catalogue/lectures/lecture-revision.entity.js';
import type { LectureRow } from '../../catalogue/lectures/lectures.dto.js';
import { weeksToMask, type Meeting } from '../../catalogue/meetings.js';
import { entriesOf, type EntryRow } from './entry.js';

const CHANGED_AT = new Date('2026-09-01T00:00:00Z');

const at = (day: number, start: number, end: number, weeks: number[] | null = null): Meeting => ({
  ...{ day, start, end, weeks: weeksToMask(weeks), room: null },
});

/** What an entry's columns are when the lecture said `seen` and now says `now`. */
function lectureEntry(
  id: number,
  seen: Partial<LectureFacts>,
  now: Partial<LectureFacts> = seen,
  revision = 2,
): EntryRow {
  const first: LectureFacts = {
    ...{ title: '자료구조', professors: ['김'], credits: 3, creditsMax: null, place: null, cancelled: false },
    meetings: [],
  };
  const lecture = { ...first, ...now, id, revision } as LectureRow;
  const moved = revision > 1;
  return {
    ...{
      id,
      lecture,
      seenRevision: 1,
      title: null,
      color: 0,
      memo: null,
      private: false,
      credits: null,
      meetings: null,
    },
    ...{ version: 1, seenFacts: moved ? { ...first, ...seen } : null, changedAt: moved ? CHANGED_AT : null },
  };
}

function customEntry(id: number, ...meetings: Meeting[]): EntryRow {
  return {
    ...{ id, lecture: null, seenRevision: null, seenFacts: null, changedAt: null, title: '동아리', color: 0 },
    ...{ memo: null, private: false, credits: 0, meetings, version: 1 },
  };
}

const marks = (...rows: EntryRow[]) =>
  entriesOf(rows).map(({ status, conflictsWith, changedAt }) => [status, conflictsWith, changedAt]);

const OK = ['ok', [], null];
const CHANGED = ['changed', [], CHANGED_AT];
const CANCELLED = ['cancelled', [], CHANGED_AT];
const conflictWith = (...ids: number[]) => ['conflict', ids, CHANGED_AT];
const MONDAY = { meetings: [at(0, 540, 600)] };
const TUESDAY = { meetings: [at(1, 540, 600)] };

describe('the status of an entry', () => {
  it('is ok as long as the lecture says the same', () => {
    expect(marks(lectureEntry(1, MONDAY, MONDAY, 1))).toEqual([OK]);
    expect(marks(lectureEntry(1, MONDAY, MONDAY, 3))).toEqual([OK]);
    expect(marks(customEntry(1, at(0, 540, 600)), customEntry(2, at(0, 540, 600)))).toEqual([OK, OK]);
  });

  it('is not moved by the order in which MySQL keeps the keys of what was', () => {
    const meetings = [{ end: 600, room: null, day: 0, weeks: null, start: 540 }];
    expect(marks(lectureEntry(1, { meetings }, MONDAY))).toEqual([OK]);
  });

  it('is changed, or cancelled', () => {
    expect(marks(lectureEntry(1, MONDAY, TUESDAY), lectureEntry(2, {}, { credits: 0.3 }))).toEqual([CHANGED, CHANGED]);
    expect(marks(lectureEntry(1, MONDAY, { ...MONDAY, cancelled: true }))).toEqual([CANCELLED]);
    expect(marks(lectureEntry(1, { ...MONDAY, cancelled: true }, MONDAY))).toEqual([CHANGED]);
  });

  it('is a conflict for a changed lecture that clashes, and for it alone', () => {
    expect(marks(lectureEntry(1, MONDAY, TUESDAY), customEntry(2, at(1, 599, 700)))).toEqual([conflictWith(2), OK]);
    expect(marks(lectureEntry(1, MONDAY, TUESDAY), customEntry(2, at(1, 600, 700)))).toEqual([CHANGED, OK]);
  });

  it('is a conflict for both of two that clash and have both changed', () => {
    const rows = [lectureEntry(1, {}, MONDAY), lectureEntry(2, TUESDAY, MONDAY)];
    expect(marks(...rows)).toEqual([conflictWith(2), conflictWith(1)]);
  });

  it('is a conflict for a lecture that is back where something else now is', () => {
    const row = lectureEntry(1, MONDAY, MONDAY, 3);
    expect(marks(row, customEntry(2, at(0, 500, 541)))).toEqual([conflictWith(2), OK]);
    expect(entriesOf([row, customEntry(2, at(0, 500, 541))])[0].changes).toBeNull();
  });

  it('is no conflict with what was cancelled, nor of it', () => {
    const cancelled = lectureEntry(1, MONDAY, { ...MONDAY, cancelled: true });
    expect(marks(cancelled, lectureEntry(2, TUESDAY, MONDAY))).toEqual([CANCELLED, CHANGED]);
  });

  it('knows weeks, up to the last', () => {
    const last = { meetings: [at(0, 540, 600, [30])] };
    expect(marks(lectureEntry(1, {}, last), customEntry(2, at(0, 540, 600, [1, 29])))).toEqual([CHANGED, OK]);
    expect(marks(lectureEntry(1, {}, last), customEntry(2, at(0, 540, 600, [1, 30])))).toEqual([conflictWith(2), OK]);
  });
});
