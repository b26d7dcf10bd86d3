import { beforeAll, describe, expect, it } from '@jest/globals';
import { pairsOf, searchWords } from '../src/posts/search/search-words.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, anAccount, aPost, aStaffAccount, aStudent } from './support/factories.js';
import { insertRows, Reads } from './support/reads.js';
import { readRows } from './support/rows.js';

let t: TestApp;
let author: Client;
let board: any;

beforeAll(async () => {
  t = await startApp();
  author = await anAccount(t);
  board = await aBoard(t, { owner: author, allowAnonymous: true });
});

const find = async (q: string, more = '', as: Client = t.anyone): Promise<number[]> => {
  const items = await as.all(`/posts?q=${encodeURIComponent(q)}${more}`);
  return items.map(({ id }: { id: number }) => id);
};

const write = async (title: string, content = '본문', given: Record<string, unknown> = {}): Promise<number> =>
  (await aPost(t, { author, board, title, content, ...given })).id;

describe('GET /posts?q=', () => {
  it('refuses an empty query and one that is too long', async () => {
    for (const q of ['', ' ', '가'.repeat(101)]) {
      expect(await t.anyone.get(`/posts?q=${encodeURIComponent(q)}`)).toMatchObject({ status: 400 });
    }
  });

  it('finds two syllables in the middle of a word, in title or content, the newest first', async () => {
    const inContent = await write('질문', '어제 운영체제과제를 냈어요');
    const inTitle = await write('운영체제과제 마감');
    expect(await find('체제')).toEqual([inTitle, inContent]);
    expect(await find('영체제과')).toEqual([inTitle, inContent]);
    expect(await find('제체')).toEqual([]);
  });

  it('treats one syllable as the beginning of the title', async () => {
    const begins = await write('뷁뷁한 하루');
    await write('하루가 뷁뷁하다', '뷁');
    expect(await find('뷁')).toEqual([begins]);
    expect(await find('뷁 하루')).toEqual([begins]);
    expect(await find('뷁', `&board=${board.id}`)).toEqual([begins]);
    expect(await find('뷁', `&author=${author.id}`)).toEqual([begins]);
    expect(await find('뷁', `&author=${author.id + 1}`)).toEqual([]);
  });

  it('treats wildcards and operators as letters', async () => {
    const percent = await write('할인', '100%할인 a_b c\\d');
    await write('할인 아님', '1000할인 axb cxd');
    expect(await find('100%할')).toEqual([percent]);
    expect(await find('a_b')).toEqual([percent]);
    expect(await find('c\\d')).toEqual([percent]);
    expect(await find('%%')).toEqual([]);
    expect(await find('__')).toEqual([]);
    const operators = await write('연산자', '+필수 -제외 (묶음) "따옴표" 별표* ~물결 <작다> @4');
    for (const q of ['+필수', '-제외', '(묶음)', '"따옴표"', '별표*', '~물결', '<작다>', '@4', '묶음) "따옴']) {
      expect([q, await find(q)]).toEqual([q, [operators]]);
    }
    expect(await find('-필수')).toEqual([]);
    expect(await find('별표?')).toEqual([]);
  });

  it('requires every word, each as a phrase', async () => {
    const both = await write('동아리 모집', '사진반에서 신입생을 찾습니다');
    await write('동아리 소개', '사진반');
    expect(await find('신입생 동아리')).toEqual([both]);
    expect(await find('사진반에서\u3000모집')).toEqual([both]);
    expect(await find('신입생 없는말')).toEqual([]);
  });

  it('finds English, C++, emoji, any case, accents, full width and decomposed Hangul', async () => {
    const post = await write('Learning C++ 🎉🎊 Ｗｉｄｅ Café', 'AI 수업 GraphQL 과제');
    for (const q of ['c++', 'learn', 'ARNIN', '🎉🎊', '🎉🎊 wide', 'wide', 'cafe', 'CAFÉ', 'ai', 'graphql', 'RAPHq']) {
      expect([q, await find(q)]).toEqual([q, [post]]);
    }
    expect(await find('수업'.normalize('NFD'))).toEqual([post]);
    expect(await find('c+++')).toEqual([]);
  });

  it('answers a query of only quotes and signs', async () => {
    for (const q of ['"', '""', '"""""', '+', '*', '()', '@', "'", '\\', '\\\\', '+-', '" "', '"+"', '....', '~~~']) {
      expect(await t.anyone.get(`/posts?q=${encodeURIComponent(q)}`)).toMatchObject({ status: 200 });
    }
    // Nothing visible is left: this is no query.
    expect((await t.anyone.get(`/posts?q=${encodeURIComponent('\u200b\u200b')}`)).status).toBe(400);
  });

  it('finds edited posts by their new text, and no deleted ones', async () => {
    const id = await write('처음제목', '처음내용');
    await author.patch(`/posts/${id}`, { content: '나중문장' });
    expect(await find('처음내용')).toEqual([]);
    expect(await find('나중문장')).toEqual([id]);
    await author.delete(`/posts/${id}`);
    expect(await find('나중문장')).toEqual([]);
    expect(await find('처음제목')).toEqual([]);
  });

  it('does not find anonymous posts by their author', async () => {
    const named = await write('실명으로', '같은주제');
    const anonymous = await write('익명으로', '같은주제', { anonymous: true });
    expect(await find('같은주제')).toEqual([anonymous, named]);
    expect(await find('같은주제', `&author=${author.id}`)).toEqual([named]);
    expect(await find('같은주제', `&author=${author.id}&board=${board.id}`)).toEqual([named]);
    expect(await find('같은주제', `&author=${author.id}`, author)).toEqual([named]);
    expect(await find(author.nickname)).toEqual([]);
  });

  it('finds only posts that the viewer may read', async () => {
    const staff = await aStaffAccount(t);
    const student = await aStudent(t);
    const ids: number[] = [];
    for (const [owner, readAccess] of [
      [author, 'members'],
      [student, 'verified'],
      [staff, 'staff'],
    ] as const) {
      const writeAccess = readAccess;
      const closed = await aBoard(t, { owner, readAccess, writeAccess });
      ids.unshift((await aPost(t, { author: owner, board: closed, title: '비공개소식', content: '조용' })).id);
    }
    expect(await find('개소식')).toEqual([]);
    expect(await find('개소식', '', author)).toEqual(ids.slice(2));
    expect(await find('개소식', '', student)).toEqual(ids.slice(1));
    expect(await find('개소식', '', staff)).toEqual(ids);
    expect(await find('비', '', student)).toEqual(ids.slice(1));
  });

  it('can be limited to a board', async () => {
    const other = await aBoard(t, { owner: author });
    const here = await write('게시판시험', '공통낱말');
    const there = await write('게시판시험', '공통낱말', { board: other });
    expect(await find('공통낱말')).toEqual([there, here]);
    expect(await find('공통낱말', `&board=${board.id}`)).toEqual([here]);
    expect(await find('공통낱말', `&board=${other.id}&author=${author.id}`)).toEqual([there]);
  });
});

/** Enough rows for all stages of a search: windows, then the index. */
describe('search in a long list', () => {
  const POSTS = 4_000;
  const FIRST_ID = 10_001;
  let old: any;
  let busy: any;
  let rows: { id: number; board: number; title: string; content: string }[];

  beforeAll(async () => {
    old = await aBoard(t, { owner: author });
    busy = await aBoard(t, { owner: author });
    rows = Array.from({ length: POSTS }, (_, i) => aRow(FIRST_ID + i, i));
    const posts = rows.map(({ id, board: boardId, title, content }, i) => ({
      id,
      board_id: boardId,
      author_id: author.id,
      public_author_id: i % 5 === 0 ? author.id : null,
      anonymous: i % 5 === 0 ? 0 : 1,
      title,
      content,
      excerpt: '',
      audience: 0,
      created_at: '2026-01-01 00:00:00',
    }));
    await insertRows(t.database, 'posts', posts);
  });

  /** The older half is of the quiet board, with words that are not used any more. */
  function aRow(id: number, i: number) {
    const words = [`글${i}`, '흔한말이', '보통의'];
    if (i % 997 === 3) words.push('희귀어휘');
    if (i % 150 === 7) words.push('가끔씩', 'Ｓｏｍｅｔｉｍｅｓ', 'rev1.2-beta');
    if (i < POSTS / 2 && i % 4 === 0) words.push('옛날유행');
    return {
      id,
      board: (i < POSTS / 2 ? old : busy).id,
      title: `${i % 100 === 0 ? '쀍' : '제'}목`,
      content: words.join(' '),
    };
  }

  const matching = (...words: string[]) =>
    rows
      .filter(({ title, content }) =>
        words.every((word) => `${title}\n${content}`.normalize('NFKC').toLowerCase().includes(word)),
      )
      .map(({ id }) => id)
      .reverse();

  it.each([
    ['rare', '희귀어휘'],
    ['middle', '가끔씩'],
    ['full width, by half width', 'sometimes'],
    ['with signs', '1.2-beta'],
    ['only long ago', '옛날유행'],
  ])('pages through every match once: %s', async (_, q) => {
    for (const limit of [7, 100]) {
      const items = await t.anyone.all(`/posts?q=${encodeURIComponent(q)}`, limit);
      expect(items.map(({ id }) => id)).toEqual(matching(q));
    }
  });

  it('pages within a board and by an author', async () => {
    expect(await find('옛날유행', `&board=${busy.id}`)).toEqual([]);
    expect(await find('옛날유행', `&board=${old.id}`)).toEqual(matching('옛날유행'));
    expect(await find('가끔씩', `&author=${author.id}`)).toEqual(
      matching('가끔씩').filter((id) => (id - FIRST_ID) % 5 === 0),
    );
    expect(await find('옛날유행 희귀어휘')).toEqual(matching('옛날유행', '희귀어휘'));
    expect(await find('쀍', `&board=${old.id}`)).toHaveLength(POSTS / 200);
    expect(await find('쀍 옛날')).toHaveLength(POSTS / 200);
  });

  it('reads a small part of the posts for a frequent word and for a rare one', async () => {
    const { items, nextCursor } = (await t.anyone.get(`/posts?q=${encodeURIComponent('흔한말')}`)).body;
    expect(items.map(({ id }: { id: number }) => id)).toEqual(matching('흔한말').slice(0, 20));
    const next = await t.anyone.get(`/posts?q=${encodeURIComponent('흔한말')}&cursor=${nextCursor}`);
    expect(next.body.items.map(({ id }: { id: number }) => id)).toEqual(matching('흔한말').slice(20, 40));
  });

  it('finds the same with the index as without', async () => {
    const reads = await Reads.open();
    for (const q of ['희귀어휘', '가끔씩', 'sometimes', 'beta', '옛날유행', '흔한말이']) {
      const pairs = pairsOf(searchWords(q)).map((pair) => `+"${pair}"`);
      const named = await readRows<{ id: number }>(
        reads,
        'SELECT id FROM posts WHERE MATCH (title, content) AGAINST (? IN BOOLEAN MODE)',
        [pairs.join(' ')],
      );
      const ids = new Set(named.map(({ id }) => id));
      expect([q, matching(q).filter((id) => !ids.has(id))]).toEqual([q, []]);
    }
    await reads.close();
  });

  it('answers simultaneous searches, or refuses them as busy', async () => {
    const words = ['옛날유행', '희귀어휘', '"""', '가끔씩 희귀어휘', 'C++', '없는말씀', '흔한말이 없음', '보통의흔'];
    const answers = await Promise.all(words.map((q) => t.anyone.get(`/posts?q=${encodeURIComponent(q)}`)));
    for (const { status, body, headers } of answers) {
      expect([200, 503]).toContain(status);
      if (status === 503) expect([body.code, headers['retry-after']]).toEqual(['SEARCH_BUSY', '2']);
    }
    expect(answers[0].status).toBe(200);
  });
});
