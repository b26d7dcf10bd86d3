import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { PostingList } from './postings.js';
import { lectureTerms, type IndexedLecture } from './search-terms.js';

/** Lectures that are read at once: a statement of some milliseconds, and then some milliseconds of work. */
const READ = 500;
/** Lectures that are marked at once: as long are they locked, and who adds one of them to a timetable waits. */
const MARKED = 500;
/** Terms that are written at once, and bytes of their lists. */
const WRITTEN = 1000;
const WRITTEN_BYTES = 250_000;
const DELETED = 1000;
/** Seconds in which another build has to end. */
const PATIENCE = 120;

interface Row extends Omit<IndexedLecture, 'slots'> {
  id: number;
  version: number;
  indexed: 0 | 1;
  cancelled: 0 | 1;
  slots: [day: number, start: number, end: number][] | null;
}

/** What a build has read: the lists, and which lectures the index did not know, by id and version. */
interface Build {
  lists: Map<string, PostingList>;
  unknown: [id: number, version: number][];
}

/** Another process, or this one, has been building the index of this semester for too long. */
export class StillBuilding extends Error {}

/**
 * Builds the index of the lectures of a semester (see `search-terms.ts`), as a new generation beside the one that is in
 * use. A lecture says itself whether the index knows it: whoever changes what an answer shows of it, or its subject, sets
 * `indexed = 0` and raises `version` in the same statement, and the search looks at the lecture itself until the
 * next build. So a build may fail or come late, and nothing is missed. It uses two connections.
 */
@Injectable()
export class SearchIndex {
  constructor(private readonly database: Database) {}

  /**
   * Afterwards the index knows every lecture as it was when this began. Of 7,800 lectures it takes a second.
   *
   * @throws StillBuilding
   */
  async rebuild(semesterId: number): Promise<void> {
    if (!(await this.build(semesterId, PATIENCE))) throw new StillBuilding(`semester ${semesterId}`);
  }

  /** The same, unless somebody is at it; then nothing. */
  async rebuildUnlessUnderWay(semesterId: number): Promise<void> {
    await this.build(semesterId, 0);
  }

  private async build(semesterId: number, patience: number): Promise<boolean> {
    const build = await this.database.transaction(async (tx) => {
      if (!(await lock(tx, semesterId, patience))) return null;
      const generation = await nextGeneration(tx, semesterId);
      const read = await this.readLectures(semesterId);
      await this.write(semesterId, generation, read.lists);
      // On the connection that holds the lock: were it lost, this would fail.
      await tx.run('UPDATE semesters SET search_generation = ? WHERE id = ?', [generation, semesterId]);
      return { generation, unknown: read.unknown };
    });
    if (build === null) return false;
    await this.mark(build.unknown);
    await this.deleteBefore(semesterId, build.generation);
    return true;
  }

  private async readLectures(semesterId: number): Promise<Build> {
    const lists = new Map<string, PostingList>();
    const unknown: Build['unknown'] = [];
    let rows: Row[];
    let after = 0;
    do {
      rows = await this.readBatch(semesterId, after);
      for (const row of rows) {
        if (!row.cancelled) lectureTerms(indexed(row), (term) => listOf(lists, term).add(row.id));
        if (!row.indexed) unknown.push([row.id, row.version]);
      }
      after = rows.at(-1)?.id ?? after;
    } while (rows.length === READ);
    return { lists, unknown };
  }

  private readBatch(semesterId: number, after: number): Promise<Row[]> {
    return this.database.rows<Row>(
      `SELECT l.id, l.version, l.indexed, l.cancelled, l.search_text AS searchText, l.credits,
              l.credits_max AS creditsMax, c.category,
              (SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end))
                 FROM lecture_meetings m WHERE m.lecture_id = l.id) AS slots
         FROM (SELECT x.id FROM lectures x FORCE INDEX (lectures_semester)
                WHERE x.semester_id = ? AND x.id > ? ORDER BY x.id LIMIT ?) w
              STRAIGHT_JOIN lectures l ON l.id = w.id STRAIGHT_JOIN subjects c ON c.id = l.subject_id
        ORDER BY l.id`,
      [semesterId, after, READ],
    );
  }

  private async write(semesterId: number, generation: number, lists: Map<string, PostingList>): Promise<void> {
    for (const batch of batches(lists)) {
      await this.run(
        `INSERT INTO lecture_terms (semester_id, generation, term, lectures, lecture_ids)
         SELECT ?, ?, j.term, j.lectures, FROM_BASE64(j.ids)
           FROM JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$[0]',
             lectures INT UNSIGNED PATH '$[1]', ids LONGTEXT PATH '$[2]')) j`,
        [semesterId, generation, batch],
      );
    }
  }

  /**
   * After the new generation counts, as the search skips who is marked. Only lectures that nobody has changed since they
   * were read: any later build has read those the same, so that this needs no lock.
   */
  private async mark(unknown: Build['unknown']): Promise<void> {
    for (let at = 0; at < unknown.length; at += MARKED) {
      await this.run(
        `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$[0]', version INT UNSIGNED PATH '$[1]')) r
                STRAIGHT_JOIN lectures l ON l.id = r.id
            SET l.indexed = 1 WHERE l.version = r.version AND l.indexed = 0`,
        [JSON.stringify(unknown.slice(at, at + MARKED))],
      );
    }
  }

  /** Also what is left of builds that did not come to their end. */
  private async deleteBefore(semesterId: number, generation: number): Promise<void> {
    const sql = 'DELETE FROM lecture_terms WHERE semester_id = ? AND generation < ? LIMIT ?';
    while ((await this.run(sql, [semesterId, generation, DELETED])) === DELETED);
  }

  private async run(sql: string, parameters: (string | number)[]): Promise<number> {
    return this.database.transaction(async (tx) => (await tx.run(sql, parameters)).affectedRows);
  }
}

/** One build of a semester at a time, in whichever process: the connection holds the lock. */
async function lock(tx: Transaction, semesterId: number, patience: number): Promise<boolean> {
  const name = [`lecture search of semester ${semesterId}`];
  const hashed = `SHA2(CONCAT(DATABASE(), ' ', ?), 256)`;
  for (let second = 0; ; second++) {
    const row = await tx.row<{ locked: number }>(`SELECT GET_LOCK(${hashed}, ?) AS locked`, [...name, patience && 1]);
    if (row!.locked) break;
    if (second >= patience) return false;
  }
  tx.beforeRelease(async () => {
    await tx.run(`DO RELEASE_LOCK(${hashed})`, name);
  });
  return true;
}

async function nextGeneration(tx: Transaction, semesterId: number): Promise<number> {
  const row = await tx.row<{ next: number }>(
    `SELECT GREATEST(s.search_generation,
              COALESCE((SELECT MAX(t.generation) FROM lecture_terms t WHERE t.semester_id = s.id), 0)) + 1 AS next
       FROM semesters s WHERE s.id = ?`,
    [semesterId],
  );
  return row?.next ?? 1;
}

function indexed({ slots, ...row }: Row): IndexedLecture {
  return { ...row, slots: (slots ?? []).map(([day, start, end]) => ({ day, start, end })) };
}

function listOf(lists: Map<string, PostingList>, term: string): PostingList {
  let list = lists.get(term);
  if (!list) lists.set(term, (list = new PostingList()));
  return list;
}

/** The lists as JSON of some thousand bytes. A list that is written is let go of. */
function* batches(lists: Map<string, PostingList>): Generator<string> {
  let rows: [string, number, string][] = [];
  let bytes = 0;
  for (const [term, list] of lists) {
    rows.push([term, list.count, Buffer.from(list.bytes).toString('base64')]);
    bytes += list.bytes.length;
    lists.delete(term);
    if (rows.length < WRITTEN && bytes < WRITTEN_BYTES) continue;
    yield JSON.stringify(rows);
    [rows, bytes] = [[], 0];
  }
  if (rows.length > 0) yield JSON.stringify(rows);
}
