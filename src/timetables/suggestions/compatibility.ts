import { DAYS, shareWeek, type Slot } from '../../catalogue/meetings.js';
import type { LectureChoice } from './choices.js';

/** Integers that hold the choices of one group as bits: at most 64. */
export const WORDS = 2;

/** One meeting of one choice of one group. */
interface Held {
  slot: Slot;
  group: number;
  choice: number;
}

/**
 * The choices of different groups that fit together: without a common lecture and without a clash. Computed once for
 * all searches. The meetings of each day are sorted by start, so that only overlapping pairs cost time.
 */
export class Compatibility {
  private readonly offsets: number[] = [];
  private readonly rows: Int32Array;
  private readonly width: number;

  constructor(groups: LectureChoice[][]) {
    let choices = 0;
    for (const group of groups) {
      this.offsets.push(choices);
      choices += group.length;
    }
    this.width = groups.length * WORDS;
    this.rows = new Int32Array(choices * this.width).fill(-1);
    this.forbidSame(groups);
    const held = groups.flatMap((choices, group) =>
      choices.flatMap(({ meetings }, choice) => meetings.map((slot): Held => ({ slot, group, choice }))),
    );
    for (let day = 0; day < DAYS; day++) this.forbidClashes(held.filter(({ slot }) => slot.day === day));
  }

  /** The possible choices, in `to` those that fit one choice of a group. */
  narrow(to: Int32Array, from: Int32Array, group: number, choice: number): void {
    const row = (this.offsets[group] + choice) * this.width;
    for (let i = 0; i < this.width; i++) to[i] = from[i] & this.rows[row + i];
  }

  private forbidSame(groups: LectureChoice[][]): void {
    const places = new Map<number, [group: number, choice: number][]>();
    for (const [group, choices] of groups.entries()) {
      for (const [
        choice,
        {
          ids: [id],
        },
      ] of choices.entries()) {
        const others = places.get(id) ?? [];
        for (const [otherGroup, otherChoice] of others) this.forbid(group, choice, otherGroup, otherChoice);
        places.set(id, [...others, [group, choice]]);
      }
    }
  }

  /** @param held on one day */
  private forbidClashes(held: Held[]): void {
    held.sort((a, b) => a.slot.start - b.slot.start);
    let running: Held[] = [];
    for (const one of held) {
      running = running.filter(({ slot }) => slot.end > one.slot.start);
      for (const other of running) {
        if (other.group !== one.group && shareWeek(other.slot.weeks, one.slot.weeks)) {
          this.forbid(one.group, one.choice, other.group, other.choice);
        }
      }
      running.push(one);
    }
  }

  /** Both ways: neither choice is possible beside the other. */
  private forbid(group: number, choice: number, otherGroup: number, otherChoice: number): void {
    this.clear(group, choice, otherGroup, otherChoice);
    this.clear(otherGroup, otherChoice, group, choice);
  }

  /** Clears the bit of the other choice in the row of a choice. */
  private clear(group: number, choice: number, otherGroup: number, otherChoice: number): void {
    const row = (this.offsets[group] + choice) * this.width;
    this.rows[row + otherGroup * WORDS + (otherChoice >> 5)] &= ~(1 << (otherChoice & 31));
  }
}
