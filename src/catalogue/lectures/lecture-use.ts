import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction.js';

type Used = (tx: Transaction, lectureIds: number[], exceptBy: number) => Promise<boolean>;

/**
 * Timetables contain lectures, and the catalogue must know whether others use a lecture. It must not import timetables,
 * so they register here.
 */
@Injectable()
export class LectureUse {
  /** Whether any of the lectures is in a timetable of somebody else than this account (0: of anybody). */
  used: Used = async () => false;
}
