import { setImmediate as others } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LectureNotFound } from '../../catalogue/catalogue.errors.js';
import type { LectureRow } from '../../catalogue/lectures/lectures.dto.js';
import { LecturesQueries } from '../../catalogue/lectures/lectures.queries.js';
import { invalidField } from '../../common/http/validation.js';
import { limit } from '../../common/limits/limit.js';
import type { Me } from '../../common/viewer.js';
import type { WholeTimetable } from '../timetable.js';
import { EntryNotFound, LectureCancelled, LectureOfOtherSemester } from '../timetables.errors.js';
import { TimetablesService } from '../timetables.service.js';
import type { Candidate, Constraints, Kept } from './problem.js';
import {
  suggestionsView,
  type ConstraintsBody,
  type SuggestionsBody,
  type SuggestionsView,
} from './suggestions.dto.js';
import { Wizard } from './wizard.js';

export const SUGGESTIONS = limit({ name: 'suggestions', points: 30, seconds: 60, by: ['account'], spentBy: 'guard' });
/** Work before other requests get a turn: about 10 ms. */
const SLICE = 30_000;
/** Lectures in all groups: each is compared with those that it overlaps. */
const MAX_MEETINGS = 2_000;

/** The wizard on an account's timetable: reads the possible lectures, and searches without blocking the server. */
@Injectable()
export class SuggestionsService {
  constructor(
    private readonly timetables: TimetablesService,
    private readonly lectures: LecturesQueries,
  ) {}

  /**
   * @throws TimetableNotFound, EntryNotFound, LectureNotFound, LectureOfOtherSemester, LectureCancelled, InvalidInput
   */
  async suggest(me: Me, timetableId: number, body: SuggestionsBody): Promise<SuggestionsView> {
    const constraints = constraintsOf(body.constraints);
    const timetable = await this.timetables.whole(me, timetableId);
    const kept = keptOf(timetable, body.constraints);
    const groups = await this.candidates(timetable, body.groups);
    checkMeetings(groups);
    const wizard = new Wizard({ groups, kept, constraints, weights: body.weights, limit: body.limit });
    while (!wizard.advance(SLICE)) await others();
    return suggestionsView(wizard.result());
  }

  private async candidates({ semester }: WholeTimetable, groups: number[][]): Promise<Candidate[][]> {
    const rows = await this.lectures.byIds([...new Set(groups.flat())]);
    const candidates = new Map(rows.map((row) => [row.id, candidateOf(row, semester.id)]));
    return groups.map((ids) =>
      [...new Set(ids)].map((id) => {
        const candidate = candidates.get(id);
        if (!candidate) throw new LectureNotFound();
        return candidate;
      }),
    );
  }
}

/** @throws InvalidInput */
function checkMeetings(groups: Candidate[][]): void {
  const count = groups.flat().reduce((sum, { meetings }) => sum + meetings.length, 0);
  if (count <= MAX_MEETINGS) return;
  throw invalidField(
    '#/groups',
    'TOO_MANY_MEETINGS',
    `must have at most ${MAX_MEETINGS} meetings in all`,
    `수업 시간이 모두 ${MAX_MEETINGS}개 이하여야 합니다`,
  );
}

function candidateOf({ id, semesterId, cancelled, credits, meetings }: LectureRow, semester: number): Candidate {
  if (semesterId !== semester) throw new LectureOfOtherSemester();
  if (cancelled) throw new LectureCancelled();
  return { id, credits: tenths(credits), meetings };
}

function keptOf({ entries }: WholeTimetable, { keep, keepEntries }: ConstraintsBody): Kept[] {
  if (keep.some((id) => !entries.some((entry) => entry.id === id))) throw new EntryNotFound();
  return entries
    .filter(({ id, held }) => held && (keepEntries || keep.includes(id)))
    .map(({ lecture, credits, meetings }) => ({ lectureId: lecture?.id ?? null, credits: tenths(credits), meetings }));
}

/** @throws InvalidInput where the bounds cross */
function constraintsOf({ freeDays, earliest, latest, minCredits, maxCredits }: ConstraintsBody): Constraints {
  if (latest <= earliest) {
    throw invalidField(
      '#/constraints/latest',
      'NOT_AFTER_EARLIEST',
      'must be after earliest',
      'earliest보다 커야 합니다',
    );
  }
  const [least, most] = [minCredits ?? 0, maxCredits ?? Infinity];
  if (most < least) {
    throw invalidField(
      '#/constraints/maxCredits',
      'BELOW_MIN_CREDITS',
      'must not be below minCredits',
      'minCredits보다 작을 수 없습니다',
    );
  }
  return { freeDays, earliest, latest, minCredits: tenths(least), maxCredits: tenths(most) };
}

/** Credits have one decimal place; whole numbers add up exactly. */
function tenths(credits: number): number {
  return Math.round(credits * 10);
}
