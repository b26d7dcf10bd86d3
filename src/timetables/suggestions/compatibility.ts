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
    const held = groups.flatMap((group, g) =>
      group.flatMap(({ meetings }, choice) => meetings.map((slot): Held => ({ slot, group: g, choice }))),
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
    groups.forEach((group, g) => {
      group.forEach(({ ids: [id] }, choice) => {
        const others = places.get(id) ?? [];
        for (const [h, other] of others) this.forbid(g, choice, h, other);
        places.set(id, [...others, [g, choice]]);
      });
    });
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

  private forbid(g: number, i: number, h: number, j: number): void {
    this.rows[(this.offsets[g] + i) * this.width + h * WORDS + (j >> 5)] &= ~(1 << (j & 31));
    this.rows[(this.offsets[h] + j) * this.width + g * WORDS + (i >> 5)] &= ~(1 << (i & 31));
  }
}
