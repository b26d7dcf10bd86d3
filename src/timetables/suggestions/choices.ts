import { clash, type Slot } from '../../catalogue/meetings.js';
import type { DayStates, BusyDay } from './day-states.js';
import { merged, minutesOf } from './day-states.js';
import type { Candidate, Constraints, Kept, SuggestionProblem } from './problem.js';

/** The reason why a lecture cannot be picked in any timetable. */
export type Obstacle = 'FREE_DAYS' | 'EARLIEST' | 'LATEST' | 'KEPT' | 'ALREADY_KEPT';

/** Lectures of one group with the same times and credits: for the search they are one. */
export interface LectureChoice {
  /** In ascending order, at least one. */
  ids: number[];
  credits: number;
  meetings: readonly Slot[];
  /** The days of its meetings: the state of that day alone, and its minutes. */
  days: { day: number; state: number; minutes: number }[];
}

/** @returns `null` when nothing stands in its way */
export function obstacleOf(candidate: Candidate, constraints: Constraints, kept: readonly Kept[]): Obstacle | null {
  if (kept.some(({ lectureId }) => lectureId === candidate.id)) return 'ALREADY_KEPT';
  return (
    brokenBy(candidate.meetings, constraints) ??
    (kept.some((one) => clash(one.meetings, candidate.meetings)) ? 'KEPT' : null)
  );
}

/** Which of the constraints on time do not hold. */
export function brokenBy(meetings: readonly Slot[], { freeDays, earliest, latest }: Constraints): Obstacle | null {
  if (meetings.some(({ day }) => freeDays.includes(day))) return 'FREE_DAYS';
  if (meetings.some(({ start }) => start < earliest)) return 'EARLIEST';
  return meetings.some(({ end }) => end > latest) ? 'LATEST' : null;
}

/** The choices of each group that the constraints leave. */
export function choicesOf({ groups, kept, constraints }: SuggestionProblem, days: DayStates[]): LectureChoice[][] {
  const times = new Map<number, number>();
  for (const group of groups) for (const { id } of group) times.set(id, (times.get(id) ?? 0) + 1);
  return groups.map((group) => {
    const choices = new Map<string, LectureChoice>();
    for (const candidate of group) {
      if (obstacleOf(candidate, constraints, kept)) continue;
      // A lecture in several groups must not be picked twice, so it is not merged with others.
      const key = JSON.stringify([
        times.get(candidate.id)! > 1 ? candidate.id : 0,
        candidate.credits,
        timesOf(candidate),
      ]);
      const choice = choices.get(key);
      if (choice) choice.ids.push(candidate.id);
      else choices.set(key, choiceOf(candidate, days));
    }
    for (const { ids } of choices.values()) ids.sort((a, b) => a - b);
    return [...choices.values()];
  });
}

function timesOf({ meetings }: Candidate): number[][] {
  return meetings
    .map(({ day, start, end, weeks }) => [day, start, end, weeks ?? 0])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]);
}

function choiceOf({ id, credits, meetings }: Candidate, days: DayStates[]): LectureChoice {
  const held = [...busyDays(meetings)].map(([day, busy]) => ({
    day,
    state: days[day].of(busy),
    minutes: minutesOf(busy),
  }));
  return { ids: [id], credits, meetings, days: held };
}

/** The busy times of each day of these meetings, over all weeks. */
export function busyDays(meetings: readonly Slot[]): Map<number, BusyDay> {
  const days = new Map<number, number[]>();
  for (const { day, start, end } of meetings) {
    const slots = days.get(day) ?? [];
    days.set(day, slots);
    slots.push(start, end);
  }
  return new Map([...days].map(([day, slots]) => [day, merged(slots, [])]));
}
