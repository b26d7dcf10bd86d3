import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import type { Meeting } from '../catalogue/meetings.js';
import { Database } from '../database/database.js';
import { date, flag, float, int, json, selection, text } from '../database/selection.js';
import type { Visibility } from './timetable.entity.js';

const EXPORTED_TIMETABLE = selection({
  id: int('id'),
  semesterId: int('semester_id'),
  name: text('name'),
  visibility: text<Visibility>('visibility'),
  theme: text('theme'),
  createdAt: date('created_at'),
});
/** Lectures with their names only: all their fields could have a hundred megabytes. */
const EXPORTED_ENTRY = selection({
  timetableId: int('e.timetable_id'),
  lectureId: int('e.lecture_id', 'nullable'),
  lecture: text('l.title', 'nullable'),
  title: text('e.title', 'nullable'),
  color: int('e.color'),
  memo: text('e.memo', 'nullable'),
  private: flag('e.private'),
  credits: float('e.credits', 'nullable'),
  meetings: json<Meeting[]>('e.meetings', 'nullable'),
  createdAt: date('e.created_at'),
});

/** The timetables of an account: exported, and deleted with it. */
@Injectable()
export class TimetablesPersonalData implements PersonalDataHolder {
  readonly name = 'timetables';

  constructor(
    private readonly database: Database,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    const timetables = await this.database.select(
      EXPORTED_TIMETABLE,
      'FROM timetables WHERE owner_id = ? ORDER BY id',
      [accountId],
    );
    const entries = await this.database.select(
      EXPORTED_ENTRY,
      `FROM timetables t JOIN timetable_entries e ON e.timetable_id = t.id LEFT JOIN lectures l ON l.id = e.lecture_id
        WHERE t.owner_id = ? ORDER BY e.id`,
      [accountId],
    );
    return timetables.map((timetable) => ({
      ...timetable,
      entries: entries.filter(({ timetableId }) => timetableId === timetable.id),
    }));
  }

  /** The references first: a primary timetable cannot be deleted. */
  async release(accountId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.run('DELETE FROM primary_timetables WHERE owner_id = ?', [accountId]);
      await tx.run('DELETE FROM timetables WHERE owner_id = ?', [accountId]);
    });
  }
}
