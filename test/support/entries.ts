import type { Meeting } from '../../src/catalogue/meetings.js';
import type { Entry } from '../../src/timetables/entries/entry.js';

/** A meeting on Monday at half past ten, changed by `given`. */
export const aMeeting = (given: Partial<Meeting> = {}): Meeting => ({
  day: 0,
  start: 630,
  end: 720,
  room: null,
  weeks: null,
  ...given,
});

/** A custom entry as the server reads it, changed by `given`. */
export function anEntry(given: Partial<Entry> = {}): Entry {
  return {
    id: 71,
    lecture: null,
    seenRevision: null,
    ownTitle: null,
    title: '자료구조',
    color: 0,
    memo: null,
    private: false,
    credits: 3,
    meetings: [aMeeting()],
    held: true,
    status: 'ok',
    changes: null,
    changedAt: null,
    conflictsWith: [],
    version: 1,
    sequence: 0,
    ...given,
  };
}
