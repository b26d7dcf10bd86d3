import type { Parameter } from '../../database/transaction.js';
import { DAY_MINUTES, DAYS, type Slot } from '../meetings.js';
import type { Busy, LectureFilter } from './lecture-filter.js';
import { fieldInSql } from './search-text.js';
import { anywhere, inOrder, sideBySide, type SearchWord } from './search-words.js';

/** A piece of a statement and the values of its question marks. */
export interface SqlPart {
  sql: string;
  parameters: Parameter[];
}

/** Of what is written once for every lecture of a subject. As `fold`, for what categories are made of. */
const CATEGORY = `(SELECT LOWER(REPLACE(c.category, ' ', '')) COLLATE utf8mb4_0900_bin
  FROM subjects c WHERE c.id = l.subject_id)`;

/** The filter as a condition on a lecture `l`: the one definition of what the search finds. */
export function matching(filter: LectureFilter): SqlPart {
  const { words, professor, department, category, credits, untimed, busy } = filter;
  const parts = [
    part('l.cancelled = 0'),
    ...words.map(wordMatch),
    ...(professor === undefined ? [] : [part(`${fieldInSql('professors')} LIKE ?`, anywhere(professor))]),
    ...(department === undefined ? [] : [part(`${fieldInSql('department')} LIKE ?`, anywhere(department))]),
    ...(category === undefined ? [] : [part(`${CATEGORY} = ?`, category)]),
    ...(credits === undefined ? [] : [part('? BETWEEN l.credits AND COALESCE(l.credits_max, l.credits)', credits)]),
    ...(untimed ? [] : [part('l.days <> 0')]),
    ...withinTimes(filter),
    ...(busy ? fitting(busy) : []),
  ];
  return {
    sql: parts.map(({ sql }) => sql).join(' AND '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

function wordMatch({ text, kind }: SearchWord): SqlPart {
  const somewhere = 'l.search_text LIKE ?';
  const title = fieldInSql('title');
  if (kind === 'letters') return part(`(${somewhere} OR ${title} LIKE ?)`, anywhere(text), inOrder(text));
  if (kind === 'mixed') {
    return part(`(${somewhere} OR REGEXP_LIKE(${title}, ?, 'c'))`, anywhere(text), sideBySide(text));
  }
  return part(somewhere, anywhere(text));
}

/** An untimed lecture has no day, and none of its times is too early or too late. */
function withinTimes({ day, from, to }: LectureFilter): SqlPart[] {
  return [
    ...(day === undefined ? [] : [part('l.days IN (0, ?)', 1 << day)]),
    ...(from === undefined ? [] : [part('(l.days = 0 OR l.earliest >= ?)', from)]),
    ...(to === undefined ? [] : [part('(l.days = 0 OR l.latest <= ?)', to)]),
  ];
}

/**
 * No meeting clashes with a slot, by the rule of `overlaps` in `meetings.ts`. A map of the week's minutes tells for most
 * meetings, however many slots there are; only a meeting of some weeks that is in a taken minute is held against each.
 */
function fitting({ slots, lectureIds }: Busy): SqlPart[] {
  const days = slots.reduce((mask, { day }) => mask | (1 << day), 0);
  const clash = part(
    `EXISTS (SELECT 1 FROM lecture_meetings m
       WHERE m.lecture_id = l.id AND LOCATE('1', SUBSTRING(?, m.day * ${DAY_MINUTES} + m.start + 1, m.end - m.start)) > 0
         AND (m.weeks IS NULL OR EXISTS (SELECT 1
           FROM JSON_TABLE(?, '$[*]' COLUMNS (day INT PATH '$.day', start INT PATH '$.start', end INT PATH '$.end',
             weeks INT UNSIGNED PATH '$.weeks')) b
          WHERE b.day = m.day AND b.start < m.end AND b.end > m.start AND (b.weeks IS NULL OR b.weeks & m.weeks))))`,
    takenMinutes(slots),
    JSON.stringify(slots),
  );
  return [
    ...(slots.length === 0 ? [] : [part(`NOT (l.days & ? AND ${clash.sql})`, days, ...clash.parameters)]),
    ...(lectureIds.length === 0 ? [] : [part('NOT l.id MEMBER OF (CAST(? AS JSON))', JSON.stringify(lectureIds))]),
  ];
}

/** A digit for each minute of the week: 1 when it is taken in any week. As bytes, in which the server finds a place at once. */
function takenMinutes(slots: Slot[]): Buffer {
  const minutes = Buffer.alloc(DAYS * DAY_MINUTES, '0');
  for (const { day, start, end } of slots) minutes.fill('1', day * DAY_MINUTES + start, day * DAY_MINUTES + end);
  return minutes;
}

function part(sql: string, ...parameters: Parameter[]): SqlPart {
  return { sql, parameters };
}
