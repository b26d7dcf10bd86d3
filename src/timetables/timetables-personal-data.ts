import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';

/** The timetables of an account: told in the export; they go with it, whatever it wants for what it wrote. */
@Injectable()
export class TimetablesPersonalData implements PersonalDataHolder {
  readonly name = 'timetables';

  constructor(
    private readonly database: Database,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  /** Lectures by their names: all that the catalogue says of them would be a hundred megabytes at worst. */
  async export(accountId: number): Promise<unknown> {
    const timetables = await this.database.rows<{ id: number }>(
      `SELECT id, semester_id AS semesterId, name, visibility, theme, created_at AS createdAt
         FROM timetables WHERE owner_id = ? ORDER BY id`,
      [accountId],
    );
    const entries = await this.database.rows<{ timetableId: number }>(
      `SELECT e.timetable_id AS timetableId, e.lecture_id AS lectureId, l.title AS lecture, e.title, e.color, e.memo,
              e.private, e.credits, e.meetings, e.created_at AS createdAt
         FROM timetables t JOIN timetable_entries e ON e.timetable_id = t.id LEFT JOIN lectures l ON l.id = e.lecture_id
        WHERE t.owner_id = ? ORDER BY e.id`,
      [accountId],
    );
    return timetables.map((timetable) => ({
      ...timetable,
      entries: entries.filter(({ timetableId }) => timetableId === timetable.id),
    }));
  }

  /** The pointers first: a primary timetable does not go as long as it is one. */
  async letGo(accountId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.run('DELETE FROM primary_timetables WHERE owner_id = ?', [accountId]);
      await tx.run('DELETE FROM timetables WHERE owner_id = ?', [accountId]);
    });
  }
}
