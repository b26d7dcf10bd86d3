import { describe, expect, it } from '@jest/globals';
import { isReservedNickname, isReservedUsername, NICKNAME, USERNAME } from './account-names.js';

describe('a username', () => {
  it.each(['minsu', 'Min.Su_2', 'a12', 'x'.repeat(20)])('is %s', (name) => expect(name).toMatch(USERNAME));
  it.each(['ab', '1ab', '_ab', 'x'.repeat(21), 'min-su', 'min su', 'minsu ', 'minsu\n', '민수', 'mınsu', 'ｍinsu', ''])(
    'is not %j',
    (name) => expect(name).not.toMatch(USERNAME),
  );
  it.each(['admin', 'ADMIN', 'a.d.m.i.n', 'admin_', 'demo.admin', 'everyone', 'null', 'adm1n', 'rnod', 'r00t', 'nuII'])(
    '%s is reserved',
    (name) => expect(isReservedUsername(name)).toBe(true),
  );
  it('may hold a reserved word', () => expect(isReservedUsername('administrata')).toBe(false));
});

describe('a nickname', () => {
  it.each(['민수', '김 민수', 'Zoë', '漢字', 'a-b_c.d', '학생 12', 'ㅋㅋ'])('is %s', (name) =>
    expect(name).toMatch(NICKNAME),
  );
  it.each([
    ' 민수',
    '민수 ',
    '민  수',
    '민\t수',
    '민\u00a0수',
    'Иван',
    '😀😀',
    '민\u200b수',
    '\u3164\u3164',
    '\uffa0\uffa0',
    '\u115f가',
    'a\u202eb',
    '<b>',
    '',
  ])('is not %j', (name) => expect(name).not.toMatch(NICKNAME));
  it.each([
    '익명',
    '익명 3',
    '익명12',
    '익 명',
    '익명_1',
    '익명１',
    '글쓴이',
    '글쓴이2',
    '알 수 없음',
    '알수없음',
    '운영자',
    'Admin',
    'ａｄｍｉｎ',
    'M.a.d.a.n.g',
    '익명l',
    '익명I',
    '익명O',
    '익명ㅣ',
    '익명1O',
    '익명님',
    '익명٣',
    '글쓰니',
    '글쓰니2',
    '글쓴님',
    '작성자',
    '운영자1',
    '관리자님',
    '관리자 2님',
    '마당운영자',
    '마당 관리자',
    'adm1n',
    'Àdmín',
    'ɑdmin',
    'ᴀᴅᴍɪɴ',
    'adrnin',
    'moderat0r',
    'Admin2',
    'Staff',
  ])('%s is reserved', (name) => expect(isReservedNickname(name)).toBe(true));
  it.each([
    '익명의 새',
    '글쓴이의 친구',
    '관리',
    '익명희',
    '관리학도',
    '시스템공학과',
    '마당발',
    'Adminton',
    'Modric',
    '공식덕후',
    'Loo10',
  ])('%s is free', (name) => expect(isReservedNickname(name)).toBe(false));
});
