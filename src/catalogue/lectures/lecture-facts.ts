import type { Meeting } from '../meetings.js';
import type { LectureFacts } from './lecture-revision.entity.js';

/** Facts of a lecture at the last look and now; only those that differ. */
export type FactChanges = { [Fact in keyof LectureFacts]?: { old: LectureFacts[Fact]; new: LectureFacts[Fact] } };

/** The facts whose changes matter to students. @param lecture with its meetings in order */
export function factsOf(lecture: LectureFacts): LectureFacts {
  const { title, professors, credits, creditsMax, place, cancelled, meetings } = lecture;
  return {
    title,
    professors,
    credits,
    creditsMax,
    place,
    cancelled,
    meetings: meetings.map(({ day, start, end, room, weeks }): Meeting => ({ day, start, end, room, weeks })),
  };
}

/** `null` when nothing differs: a change that was undone is no change. */
export function differences(old: LectureFacts, current: LectureFacts): FactChanges | null {
  const [before, after] = [factsOf(old), factsOf(current)];
  const changed = (Object.keys(after) as (keyof LectureFacts)[]).filter(
    (fact) => stable(before[fact]) !== stable(after[fact]),
  );
  if (changed.length === 0) return null;
  return Object.fromEntries(changed.map((fact) => [fact, { old: before[fact], new: after[fact] }]));
}

export function sameFacts(one: LectureFacts, other: LectureFacts): boolean {
  return differences(one, other) === null;
}

/** JSON with sorted keys: MySQL returns them in its own order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
