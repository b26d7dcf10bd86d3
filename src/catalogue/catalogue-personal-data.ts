import { Injectable } from '@nestjs/common';
import { forEachRow, writeInBatches } from '../accounts/leaving/batches.js';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';
import { LectureUse } from './lectures/lecture-use.js';
import { date, float, int, selection, text, type RowOf } from '../database/selection.js';
import { Lecture } from './lectures/lecture.entity.js';
import { LECTURE, lectureRowOf } from './lectures/lectures.queries.js';
import { meetingView } from './meetings.dto.js';

const EXPORTED_LECTURE = selection({ ...LECTURE.columns, createdAt: date('l.created_at') });
const EXPORTED_SUBJECT = selection({
  id: int('id'),
  code: text('code'),
  name: text('name'),
  department: text('department', 'nullable'),
  credits: float('credits'),
  category: text('category', 'nullable'),
  createdAt: date('created_at'),
});

/** Subjects and lectures that an account registered. They are exported. They lose their author when it leaves. */
@Injectable()
export class CataloguePersonalData implements PersonalDataHolder {
  readonly name = 'catalogue';

  constructor(
    private readonly database: Database,
    private readonly lectureUse: LectureUse,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    const lectures = await this.database.select(
      EXPORTED_LECTURE,
      'FROM lectures l JOIN subjects c ON c.id = l.subject_id WHERE l.owner_id = ? ORDER BY l.id',
      [accountId],
    );
    return {
      subjects: await this.database.select(EXPORTED_SUBJECT, 'FROM subjects WHERE owner_id = ? ORDER BY id', [
        accountId,
      ]),
      lectures: lectures.map(exported),
    };
  }

  /**
   * With `remove`, deletes the account's lectures that are in no timetable, and then its subjects without lectures. All
   * others stay. Their owner becomes NULL.
   */
  async release(accountId: number, content: 'keep' | 'remove'): Promise<void> {
    if (content === 'keep') return;
    const lectures = 'FROM lectures WHERE owner_id = ? ORDER BY id';
    await forEachRow(this.database, lectures, accountId, ({ id }) => this.letGoOfLecture(id));
    await writeInBatches(
      this.database,
      `DELETE FROM subjects WHERE owner_id = ?
          AND NOT EXISTS (SELECT 1 FROM lectures l WHERE l.subject_id = subjects.id)`,
      accountId,
    );
  }

  private async letGoOfLecture(id: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.lock(Lecture, { id }, ['id']);
      const used = await this.lectureUse.used(tx, [id], 0);
      await tx.run(used ? 'UPDATE lectures SET owner_id = NULL WHERE id = ?' : 'DELETE FROM lectures WHERE id = ?', [
        id,
      ]);
    });
  }
}

/** The account's data of a lecture. */
function exported(row: RowOf<typeof EXPORTED_LECTURE>) {
  const { id, subjectId, semesterId, section, title, professors, credits, capacity, note, place, createdAt } = row;
  const meetings = lectureRowOf(row).meetings.map(meetingView);
  return { id, subjectId, semesterId, section, title, professors, credits, capacity, note, place, meetings, createdAt };
}
