import { ownerOf, TIMETABLES } from '../lib/timetable-rows.mjs';
import { accountsOf } from '../seed.mjs';
import { request } from './requests.mjs';

/** Members who read. There are more members, so that writers stay below their limits. */
export const READERS = 200;

/** Typical searches: a word of titles, a part of a name, an abbreviation, initials, two words, nothing. All find some. */
export const LECTURE_WORDS =
  '경영 컴퓨터 영어 개론 운영체제 양자역학 실습 세미나 공학 한국사 통계 심리 법학 영이해 자구 김민 ㄱㅇ ㅅㅎ ㄱㅇㅎ'
    .split(' ')
    .concat('경영 개론', '컴퓨터 실습', '');

/**
 * Workloads by name. `next` makes the text of the next request; `statements` is the baseline's number for each.
 *
 * @param {object} campus
 * @param {number} campus.accounts
 * @param {number[]} campus.threads posts with more than 50 top-level comments, readable by members
 * @param {{id: number, author: number}[]} campus.visible posts readable by members
 * @param {{id: number, author: number}} campus.hot
 * @param {number} campus.deep items before page 500
 */
export function workloads({ accounts, threads, visible, hot, deep }) {
  let n = 0;
  let fresh = 0;
  const reader = () => 2 + (++n % READERS);
  const other = (account, author) => 2 + ((account + (account === author - 2 ? 1 : 0)) % (accounts - 2));
  const comment = ({ id }) =>
    request('POST', `/posts/${id}/comments`, other(++n, 0), { content: `저도 궁금해요! ${n}` });
  /** Likes and unlikes in turn. */
  const toggle = (postOf) => {
    const pair = n >> 1;
    const { id, author } = postOf(pair);
    return request(++n % 2 ? 'PUT' : 'DELETE', `/posts/${id}/like`, other(pair % (accounts - 2), author));
  };
  const seen = (i) =>
    request('GET', `/posts/${threads[(i % READERS) % threads.length]}?comments=50`, 2 + (i % READERS));
  const random = (i) => visible[(i * 7919) % visible.length];
  const timetable = (i) => 1 + ((i * 7919) % TIMETABLES);
  return {
    'board list': { statements: 1, next: () => request('GET', '/boards/1/posts', reader()) },
    'board list, no token': { statements: 1, next: () => request('GET', '/boards/2/posts') },
    'page 500': {
      statements: 1,
      /** @param {(path: string, items: number) => Promise<string>} cursorAfter */
      prepare: (cursorAfter) => cursorAfter('/boards/1/posts', deep),
      next: (cursor) => request('GET', `/boards/1/posts?cursor=${cursor}`, reader()),
    },
    'post + 50 comments': {
      statements: 2,
      // Each reader has one post, seen before the measurement.
      warmUp: () => Array.from({ length: READERS }, (_, i) => seen(i)),
      next: () => seen(++n),
    },
    'post + 50 comments, first view': {
      statements: 5,
      // Each pair of a post and a reader occurs once in all runs.
      next: () => {
        const i = fresh++ % (accounts - 2 * READERS);
        const round = Math.floor(fresh / (accounts - 2 * READERS));
        return request('GET', `/posts/${threads[(i + round) % threads.length]}?comments=50`, 2 * READERS + i);
      },
    },
    'comment, random posts': { statements: 4, next: () => comment(random(n)) },
    'comment, one hot post': { statements: 4, next: () => comment(hot) },
    'like, random posts': { statements: 3, next: () => toggle(random) },
    'like, one hot post': { statements: 3, next: () => toggle(() => hot) },
    timetable: {
      statements: 2,
      next: () => timetableRequest(timetable(++n), accounts),
    },
    'lecture search, fits': {
      statements: 3,
      next: () => lectureRequest(timetable(++n), LECTURE_WORDS[n % LECTURE_WORDS.length], accounts),
    },
  };
}

export function timetableRequest(timetable, accounts) {
  return request('GET', `/timetables/${timetable}`, ownerOf(timetable, accounts));
}

export function lectureRequest(timetable, words, accounts) {
  const q = words && `q=${encodeURIComponent(words)}&`;
  return request('GET', `/lectures?${q}fits=${timetable}`, ownerOf(timetable, accounts));
}

/** Posts for the workloads. The seed is always the same. */
export async function partsOf(connection, posts) {
  const readable = `FROM posts p JOIN boards b ON b.id = p.board_id AND b.read_access <= 1 AND b.write_access <= 1`;
  const [threads] = await connection.query(
    `SELECT p.id ${readable} WHERE p.comment_count BETWEEN 110 AND 200 ORDER BY p.id`,
  );
  const [visible] = await connection.query(
    `SELECT p.id, p.author_id AS author ${readable} WHERE p.comment_count < 100 ORDER BY p.id DESC LIMIT 50000`,
  );
  const ids = threads.map(({ id }) => id);
  const deep = Math.min(499 * 20, Math.floor(posts / 4));
  return { accounts: accountsOf(posts), threads: ids, visible, hot: visible[10], deep };
}
