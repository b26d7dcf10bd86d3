import { isMeeting, type Meeting } from '../../catalogue/meetings.js';
import type { Database } from '../../database/database.js';
import { int, json, selection, type RowOf } from '../../database/selection.js';
import { Timetable } from '../../timetables/timetable.entity.js';
import { batches } from './batches.js';

/** A custom entry with meetings that no picture, calendar or search can read. */
export interface BrokenEntry {
  id: number;
  timetableId: number;
  /** How many of its meetings are none. */
  broken: number;
  /** The meetings without them. */
  kept: Meeting[];
}

const ENTRY = selection({
  id: int('e.id'),
  timetableId: int('e.timetable_id'),
  meetings: json<unknown>('e.meetings', 'nullable'),
});

/**
 * Finds custom entries whose meetings are broken: an early release accepted `meetings: [[]]`. With `fix`, it removes
 * the broken meetings and keeps the others. The owner's next request sees a new version.
 *
 * @returns the broken rows; with `fix`, the corrected ones
 */
export async function findBrokenMeetings(database: Database, { fix = false } = {}): Promise<BrokenEntry[]> {
  const found: BrokenEntry[] = [];
  for await (const [first, last] of batches(database, 'timetable_entries')) {
    const rows = await database.select(
      ENTRY,
      'FROM timetable_entries e WHERE e.id BETWEEN ? AND ? AND e.lecture_id IS NULL ORDER BY e.id',
      [first, last],
    );
    for (const entry of rows.flatMap(brokenOf)) {
      found.push(...(fix ? await correct(database, entry) : [entry]));
    }
  }
  return found;
}

function brokenOf({ id, timetableId, meetings }: RowOf<typeof ENTRY>): BrokenEntry[] {
  const list: unknown[] = Array.isArray(meetings) ? meetings : [meetings];
  const kept = list.filter(isMeeting);
  return kept.length === list.length ? [] : [{ id, timetableId, broken: list.length - kept.length, kept }];
}

/** Locks the timetable first, as every edit of an entry does, and reads the entry again. */
function correct(database: Database, { id, timetableId }: BrokenEntry): Promise<BrokenEntry[]> {
  return database.transaction(async (tx) => {
    await tx.lock(Timetable, { id: timetableId }, ['id']);
    const rows = await tx.select(ENTRY, 'FROM timetable_entries e WHERE e.id = ? FOR UPDATE', [id]);
    const entries = rows.flatMap(brokenOf);
    for (const { kept } of entries) {
      await tx.run('UPDATE timetable_entries SET meetings = ?, version = version + 1 WHERE id = ?', [
        JSON.stringify(kept),
        id,
      ]);
      await tx.run('UPDATE timetables SET version = version + 1 WHERE id = ?', [timetableId]);
    }
    return entries;
  });
}
