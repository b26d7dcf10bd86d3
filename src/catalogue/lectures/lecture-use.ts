import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction.js';

type Used = (tx: Transaction, lectureIds: number[], exceptBy: number) => Promise<boolean>;

/** Turns an arrow round: timetables hold lectures, and lectures must know whether others use them. They sign up here. */
@Injectable()
export class LectureUse {
  /** Whether any of the lectures is in a timetable of somebody else than this account (0: of anybody). */
  used: Used = async () => false;
}
