import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { difference, idsIn, intersection, union, type Ids } from './postings.js';
import { EVERY, type Condition, type WantedTerms } from './search-terms.js';

/** So few lectures are soon looked at: no list is read to make them fewer. */
const FEW = 1000;
/** A list that is so many times longer than what is left anyway costs more than looking at that. */
const TOO_LONG = 100;

/** Which lists are read and what is done with them. */
interface Plan {
  conditions: Condition[];
  excluded: string[];
}

/** Something that runs a statement: the server's, or one that counts what statements cost. */
type Reader = Pick<Database, 'rows'>;

/** The index as the search reads it. */
@Injectable()
export class TermLists {
  constructor(private readonly database: Database) {}

  /**
   * The lectures that may have what is wanted, as far as the semester's index knows them. Two statements, the second
   * for the lists themselves, unless the lengths of the lists say that there is none.
   */
  async candidates(semesterId: number, wanted: WantedTerms, reader: Reader = this.database): Promise<Ids> {
    const terms = [EVERY, ...wanted.conditions.flat(2), ...wanted.excluded];
    const plan = planOf(wanted, await lengths(reader, semesterId, terms));
    if (plan === null) return new Uint32Array(0);
    const lists = await read(reader, semesterId, [...plan.conditions.flat(2), ...plan.excluded]);
    const listOf = (term: string): Ids => lists.get(term) ?? new Uint32Array(0);
    const held = plan.conditions.map((alternatives) => union(alternatives.map((all) => inAll(all.map(listOf)))));
    return difference(inAll(held), union(plan.excluded.map(listOf)));
  }
}

/** @returns `null` when no lecture can have what is wanted */
function planOf({ conditions, excluded }: WantedTerms, length: Map<string, number>): Plan | null {
  const every = length.get(EVERY);
  if (every === undefined) return null;
  const lengthOf = (term: string): number => length.get(term) ?? 0;
  const shortest = (all: string[]): number => Math.min(...all.map(lengthOf));
  const ranked = conditions
    .map((alternatives) => alternatives.filter((all) => shortest(all) > 0))
    .map((alternatives) => ({ alternatives, most: alternatives.reduce((sum, all) => sum + shortest(all), 0) }))
    .sort((a, b) => a.most - b.most);
  if (ranked.some(({ alternatives }) => alternatives.length === 0)) return null;
  const fewest = ranked[0]?.most ?? every;
  const bearable = Math.max(FEW, fewest * TOO_LONG);
  // What half of the lectures have parts few from the others.
  const useful = ranked.filter(({ most }, rank) => most <= every / 2 && (rank === 0 || most <= bearable));
  return {
    conditions:
      useful.length === 0
        ? [[[EVERY]]]
        : useful.map(({ alternatives }) => alternatives.map((all) => worthReading(all, lengthOf))),
    excluded: useful.length > 0 && fewest <= FEW ? [] : excluded.filter((term) => length.has(term)),
  };
}

/** The shortest list, and the others as long as they cost less than they spare. */
function worthReading(terms: string[], lengthOf: (term: string) => number): string[] {
  const sorted = [...new Set(terms)].sort((a, b) => lengthOf(a) - lengthOf(b));
  const bearable = Math.max(FEW, lengthOf(sorted[0]) * TOO_LONG);
  return sorted.filter((term, rank) => rank === 0 || lengthOf(term) <= bearable);
}

function inAll(lists: Ids[]): Ids {
  const [first, ...others] = [...lists].sort((a, b) => a.length - b.length);
  return others.reduce((left, ids) => (left.length === 0 ? left : intersection(left, ids)), first);
}

const TERMS = `FROM semesters s
  STRAIGHT_JOIN JSON_TABLE(?, '$[*]' COLUMNS (
    term VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) wanted
  STRAIGHT_JOIN lecture_terms t
    ON t.semester_id = s.id AND t.generation = s.search_generation AND t.term = wanted.term
  WHERE s.id = ?`;

async function lengths(reader: Reader, semesterId: number, terms: string[]): Promise<Map<string, number>> {
  const rows = await reader.rows<{ term: string; lectures: number }>(`SELECT t.term, t.lectures ${TERMS}`, [
    JSON.stringify([...new Set(terms)]),
    semesterId,
  ]);
  return new Map(rows.map(({ term, lectures }) => [term, lectures]));
}

async function read(reader: Reader, semesterId: number, terms: string[]): Promise<Map<string, Ids>> {
  const rows = await reader.rows<{ term: string; lectures: number; ids: Buffer }>(
    `SELECT t.term, t.lectures, t.lecture_ids AS ids ${TERMS}`,
    [JSON.stringify([...new Set(terms)]), semesterId],
  );
  return new Map(rows.map(({ term, lectures, ids }) => [term, idsIn(ids, lectures)]));
}
