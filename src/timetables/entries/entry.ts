import { differences, type FactChanges } from '../../catalogue/lectures/lecture-facts.js';
import type { LectureFacts } from '../../catalogue/lectures/lecture-revision.entity.js';
import type { LectureRow } from '../../catalogue/lectures/lectures.dto.js';
import { clash, type Meeting } from '../../catalogue/meetings.js';

export const STATUSES = ['ok', 'changed', 'cancelled', 'conflict'] as const;
export type EntryStatus = (typeof STATUSES)[number];

/** The columns of an entry, with its lecture. */
export interface EntryRow {
  id: number;
  /** `null` on a custom entry. */
  lecture: LectureRow | null;
  /** The revision of the lecture that the owner has seen. */
  seenRevision: number | null;
  /** The values of that revision, and the time of the next one; `null` for the present one. */
  seenFacts: LectureFacts | null;
  changedAt: Date | null;
  /** The owner's own title, or that of a custom entry. */
  title: string | null;
  color: number;
  memo: string | null;
  private: boolean;
  credits: number | null;
  meetings: Meeting[] | null;
  version: number;
}

/** An entry for its owner: the owner's notes replace the lecture's values. */
export interface Entry {
  id: number;
  lecture: LectureRow | null;
  seenRevision: number | null;
  /** The owner's own title, else the lecture's. */
  title: string;
  ownTitle: string | null;
  color: number;
  memo: string | null;
  private: boolean;
  credits: number;
  /** None when it is untimed. A cancelled lecture still lists its meetings, but none takes place. */
  meetings: Meeting[];
  /** Whether it takes place: false when the lecture was cancelled. */
  held: boolean;
  status: EntryStatus;
  /** The lecture's values when its owner last looked, and its values now; `null` when they are the same. */
  changes: FactChanges | null;
  /** The time of the first change; `null` when `status` is `ok`. */
  changedAt: Date | null;
  /** The entries with which a changed lecture now clashes; none unless `status` is `conflict`. */
  conflictsWith: number[];
  version: number;
  /** Grows with every change of the entry and of its lecture (SEQUENCE of RFC 5545, 3.8.7.4). */
  sequence: number;
}

/**
 * The entries of one timetable. A changed lecture that clashes with another entry is a conflict, also when it has its
 * old time again: its place may be taken meanwhile.
 */
export function entriesOf(rows: EntryRow[]): Entry[] {
  const entries = rows.map(entryOf);
  rows.forEach(({ seenFacts, changedAt }, index) => {
    const entry = entries[index];
    if (!seenFacts || !entry.held) return;
    const others = entries.filter((other) => other !== entry && other.held && clash(entry.meetings, other.meetings));
    if (others.length === 0) return;
    Object.assign(entry, { status: 'conflict', changedAt, conflictsWith: others.map(({ id }) => id) });
  });
  return entries;
}

function entryOf(row: EntryRow): Entry {
  const { id, lecture, seenRevision, color, memo, version } = row;
  const held = !lecture?.cancelled;
  const changes = lecture && row.seenFacts ? differences(row.seenFacts, lecture) : null;
  return {
    id,
    lecture,
    seenRevision,
    title: row.title ?? lecture?.title ?? '',
    ownTitle: row.title,
    color,
    memo,
    private: row.private,
    credits: row.credits ?? (held ? lecture!.credits : 0),
    meetings: row.meetings ?? lecture!.meetings,
    held,
    status: !changes ? 'ok' : changes.cancelled?.new ? 'cancelled' : 'changed',
    changes,
    changedAt: changes && row.changedAt,
    conflictsWith: [],
    version,
    sequence: version - 1 + (lecture ? lecture.revision - 1 : 0),
  };
}
