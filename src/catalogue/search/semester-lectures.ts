import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { float, int, selection, type RowOf } from '../../database/selection.js';
import { Folding, LECTURE_TO_SEARCH, type LectureToSearch, type SearchedLecture } from './searched-lecture.js';

/** Lectures that are kept in memory, in all semesters; the semesters searched last. About 1 KB each. */
const MAX_KEPT = 60_000;
/** Lectures that are read at once: some milliseconds of a statement, and then of work. */
const READ = 500;
/** Weight of an id in the sum that shows a change; above any version. */
const ID_WEIGHT = 4096;

/** A semester's lectures in memory, in ascending order of their ids; without cancelled ones. */
interface Kept {
  /** Of all its lectures, by id. */
  versions: Map<number, number>;
  lectures: SearchedLecture[];
  state: State;
}

/** Differs whenever a lecture was added, changed or removed: each change raises the lecture's version. */
const STATE = selection({
  lectures: int('COUNT(*)'),
  // As floating-point numbers, which are exact up to 2^53 and summed in half the time of decimal ones.
  sum: float(`COALESCE(SUM(id * ${ID_WEIGHT}e0 + version), 0e0)`),
});
type State = RowOf<typeof STATE>;

const VERSION = selection({ id: int('id'), version: int('version') });

/**
 * The lectures of semesters in memory, for the search. Each search first checks in one statement over an index whether
 * they are current, and reads changed rows again. So every instance sees the writes of all others at once, and writers
 * only raise `version`.
 */
@Injectable()
export class SemesterLectures {
  private readonly kept = new Map<number, Kept>();
  private readonly refreshes = new Map<number, Refreshes>();
  private readonly folding = new Folding();

  constructor(private readonly database: Database) {}

  /** Their state at some moment after this call. */
  async of(semesterId: number): Promise<readonly SearchedLecture[]> {
    let refreshes = this.refreshes.get(semesterId);
    if (!refreshes) this.refreshes.set(semesterId, (refreshes = new Refreshes(() => this.refresh(semesterId))));
    return (await refreshes.next()).lectures;
  }

  private async refresh(semesterId: number): Promise<Kept> {
    const kept = this.kept.get(semesterId) ?? { versions: new Map(), lectures: [], state: { lectures: 0, sum: 0 } };
    const state = await this.stateOf(semesterId);
    const isSame = state.lectures === kept.state.lectures && state.sum === kept.state.sum;
    const now = isSame ? kept : await this.readAgain(semesterId, kept);
    this.keep(semesterId, now);
    return now;
  }

  private async stateOf(semesterId: number): Promise<State> {
    const from = 'FROM lectures FORCE INDEX (lectures_versions) WHERE semester_id = ?';
    return (await this.database.selectOne(STATE, from, [semesterId]))!;
  }

  private async readAgain(semesterId: number, kept: Kept): Promise<Kept> {
    const rows = await this.database.select(
      VERSION,
      'FROM lectures FORCE INDEX (lectures_versions) WHERE semester_id = ? ORDER BY id',
      [semesterId],
    );
    const versions = new Map(rows.map(({ id, version }) => [id, version]));
    const found = new Map(kept.lectures.filter(({ id }) => versions.has(id)).map((lecture) => [lecture.id, lecture]));
    const changed = rows.filter(({ id, version }) => kept.versions.get(id) !== version).map(({ id }) => id);
    for (let at = 0; at < changed.length; at += READ) {
      const ids = changed.slice(at, at + READ);
      for (const id of ids) {
        found.delete(id);
        versions.delete(id);
      }
      for (const row of await this.read(ids)) {
        // Not that of the list: it may have changed again meanwhile.
        versions.set(row.id, row.version);
        if (!row.cancelled) found.set(row.id, this.folding.searched(row));
      }
    }
    const lectures = [...found.values()].sort((a, b) => a.id - b.id);
    return { versions, lectures, state: stateIn(versions) };
  }

  private read(ids: number[]): Promise<LectureToSearch[]> {
    return this.database.select(
      LECTURE_TO_SEARCH,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) wanted
       STRAIGHT_JOIN lectures l ON l.id = wanted.id STRAIGHT_JOIN subjects c ON c.id = l.subject_id`,
      [JSON.stringify(ids)],
    );
  }

  /** Marks it as searched last. Removes those searched longest ago when there are too many. */
  private keep(semesterId: number, kept: Kept): void {
    this.kept.delete(semesterId);
    this.kept.set(semesterId, kept);
    let total = 0;
    for (const { versions } of this.kept.values()) total += versions.size;
    for (const [oldest, { versions }] of this.kept) {
      if (total <= MAX_KEPT || oldest === semesterId) return;
      this.kept.delete(oldest);
      total -= versions.size;
    }
  }
}

/** Runs one refresh at a time. Callers during a refresh share the next one, which reads newer data than their call. */
class Refreshes {
  private running: Promise<unknown> | undefined;
  private waiting: Promise<Kept> | undefined;

  constructor(private readonly refresh: () => Promise<Kept>) {}

  next(): Promise<Kept> {
    if (this.waiting) return this.waiting;
    if (!this.running) return this.start();
    return (this.waiting = this.running.then(() => {
      this.waiting = undefined;
      return this.start();
    }));
  }

  private start(): Promise<Kept> {
    const refreshed = this.refresh();
    const end = () => (this.running = undefined);
    this.running = refreshed.then(end, end);
    return refreshed;
  }
}

function stateIn(versions: Map<number, number>): State {
  let sum = 0;
  for (const [id, version] of versions) sum += id * ID_WEIGHT + version;
  return { lectures: versions.size, sum };
}
