import { describe, expect, it } from '@jest/globals';
import { Folding, type LectureToSearch } from './searched-lecture.js';
import { isDepartment, rankingOf, RANKS } from './search-words.js';

const searched = (given: Partial<LectureToSearch> = {}) =>
  new Folding().searched({
    ...{ id: 1, version: 1, title: '자료 구조', professors: ['김 민수', 'Ada Lovelace'], place: '공학관' },
    ...{ credits: 3, creditsMax: null, cancelled: false, code: 'CSE-2017', department: '공과대학 컴퓨터공학부' },
    ...{ category: '전공 필수', meetings: [[0, 540, 630, null, '학림관 301']] },
    ...given,
  });

describe('a lecture', () => {
  it('ranks by its best match with the whole query, else by the worst of its words', () => {
    const asked: [string, number][] = [
      ['자료구조', RANKS.exactTitle],
      ['자료 구조', RANKS.exactTitle],
      ['자료', RANKS.titlePrefix],
      ['구조', RANKS.inTitle],
      ['구조 자료', RANKS.inTitle],
      ['김민수', RANKS.elsewhere],
      ['cse', RANKS.elsewhere],
      ['301', RANKS.elsewhere],
      ['구조 민수', RANKS.elsewhere],
      ['자조', RANKS.lettersInOrder],
      ['ㅈㄹㄱㅈ', RANKS.lettersInOrder],
      ['자ㄹ', RANKS.lettersInOrder],
      ['자조 민수', RANKS.lettersInOrder],
      ['컴공', RANKS.department],
      ['컴공 자료', RANKS.department],
      ['조자', -1],
      ['자료 물리', -1],
      ['ada민수', -1],
    ];
    expect(asked.map(([q]) => [q, rankingOf(q)(searched())])).toEqual(asked);
    expect(rankingOf('')(searched())).toBe(0);
  });

  it.each([
    ['컴공', '컴퓨터공학부'],
    ['컴공', '컴퓨터공학과'],
    ['컴공', '공과대학 컴퓨터공학전공'],
    ['컴과', '컴퓨터과학과'],
    ['전전', '전기전자공학부'],
    ['기공', '기계공학부'],
    ['산공', '산업공학과'],
    ['화공', '화학공학과'],
    ['정외', '정치외교학과'],
    ['신방', '신문방송학과'],
    ['사복', '사회복지학과'],
    ['식영', '식품영양학과'],
    ['문정', '문헌정보학과'],
    ['정통', '정보통신공학과'],
  ])('is found by %s of the department %s', (word, department) => {
    expect(rankingOf(word)(searched({ title: '제목', department }))).toBe(RANKS.department);
    expect(isDepartment(word, searched({ department }))).toBe(true);
  });

  it.each([
    ['공컴', '컴퓨터공학부'],
    ['퓨공', '컴퓨터공학부'],
    ['컴과', '컴퓨터공학과'],
    ['컴부', '컴퓨터공학부'],
    ['전공', '전자공학부'],
    ['컴', '전자컴퓨터학부'.slice(0, 2)],
    ['컴공', null],
  ])('is not found by %s of the department %s', (word, department) => {
    expect(rankingOf(word)(searched({ title: '제목', department }))).toBe(-1);
  });
});
