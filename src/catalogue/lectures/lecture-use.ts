import { Injectable } from '@nestjs/common';
import { Participants } from '../../common/participants.js';
import type { Transaction } from '../../database/transaction.js';

export interface LectureUser {
  /** Whether any of the lectures is used by another account than this one (0: by any). */
  usesLectures(tx: Transaction, lectureIds: number[], exceptBy: number): Promise<boolean>;
}

/** Features that keep references to lectures register here: a lecture in use does not change. */
@Injectable()
export class LectureUse extends Participants<LectureUser> {
  /** Whether any of the lectures is used by another account than this one (0: by any). */
  async used(tx: Transaction, lectureIds: number[], exceptBy: number): Promise<boolean> {
    for (const user of this.all) if (await user.usesLectures(tx, lectureIds, exceptBy)) return true;
    return false;
  }
}
