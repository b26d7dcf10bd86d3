import { describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import type { Problem } from '../../common/problems/problem.js';
import type { Config } from '../../config/config.js';
import { OPERATOR } from './hash-queue.js';
import { checkPassword } from './password-rules.js';
import { Passwords, type PasswordHash } from './passwords.js';

const OLD = { version: 1, secret: 'old pepper' };
const NEW = { version: 2, secret: 'new pepper' };

function withPeppers(...passwordPeppers: { version: number; secret: string }[]) {
  const passwords = new Passwords({ passwordPeppers, bcryptCost: 4 } as Config);
  return {
    hash: (password: string) => passwords.hash(password, OPERATOR),
    matches: (password: string, stored: PasswordHash | null) => passwords.matches(password, stored, OPERATOR),
    isCurrent: (stored: PasswordHash) => passwords.isCurrent(stored),
  };
}

describe('a stored password', () => {
  it('is bcrypt, salted, and no use without the pepper', async () => {
    const passwords = withPeppers(OLD);
    const [one, two] = [await passwords.hash('correct-horse'), await passwords.hash('correct-horse')];
    expect(one.hash).toMatch(/^\$2b\$04\$.{53}$/);
    expect(one.hash).not.toBe(two.hash);
    expect(await bcrypt.compare('correct-horse', one.hash)).toBe(false);
    expect(await withPeppers({ version: 1, secret: 'guessed' }).matches('correct-horse', one)).toBe(false);
  });

  it('is matched by the same text in any normal form and by no other', async () => {
    const passwords = withPeppers(OLD);
    const stored = await passwords.hash('각'.repeat(128));
    expect(await passwords.matches('각'.repeat(128).normalize('NFD'), stored)).toBe(true);
    expect(await passwords.matches('각'.repeat(127), stored)).toBe(false);
    expect(await passwords.matches(`${'각'.repeat(127)}갂`, stored)).toBe(false);
  });

  it('is not cut at a NUL', async () => {
    const passwords = withPeppers(OLD);
    expect(await passwords.matches('secret\0b', await passwords.hash('secret\0a'))).toBe(false);
  });

  it('outlives a rotation of the pepper as long as the previous one is there', async () => {
    const stored = await withPeppers(OLD).hash('correct-horse');
    const rotated = withPeppers(NEW, OLD);
    expect(await rotated.matches('correct-horse', stored)).toBe(true);
    expect([rotated.isCurrent(stored), rotated.isCurrent(await rotated.hash('correct-horse'))]).toEqual([false, true]);
    expect(await withPeppers(NEW).matches('correct-horse', stored)).toBe(false);
  });

  it('is matched by no password when its version is not known, as after a release was taken back', async () => {
    const passwords = withPeppers(OLD);
    const stored = await passwords.hash('correct-horse');
    expect(await passwords.matches('correct-horse', { ...stored, version: 2 })).toBe(false);
    expect([passwords.isCurrent(stored), passwords.isCurrent({ ...stored, version: 2 })]).toEqual([true, false]);
  });

  it('is not that of nobody', async () => {
    expect(await withPeppers(OLD).matches('nobody has this password', null)).toBe(false);
  });
});

describe('a new password', () => {
  const complaint = (password: string): string | null => {
    try {
      const owner = { username: 'minsu', nickname: '하늘 별', email: 'Kim.Jiwoo+x@example.com' };
      checkPassword(password, owner, ['한국대학교', 'snu'], '#/password');
      return null;
    } catch (error) {
      return (error as Problem).options.errors![0].code;
    }
  };

  it.each([
    'correct-horse-42',
    '가나다라마바사아',
    'Tr0ub4dor&3',
    '🐴🔋📎✅🐎🔌📌❎',
    'missnuance-42',
    '하늘과 바람과 별과 시',
    'spring-campus-42',
    'autumn-library-17',
    'maeil-achim-9si',
    '비밀번호는-길게-9',
    'property-power-42',
    'since-2026-03-02',
    '010-2846-9135',
  ])('may be %s', (password) => {
    expect(complaint(password)).toBeNull();
  });

  it.each([
    ['password', 'PASSWORD_COMMON'],
    ['PassWord1', 'PASSWORD_COMMON'],
    ['12345678', 'PASSWORD_COMMON'],
    ['qwertyuiop', 'PASSWORD_COMMON'],
    ['aaaaaaaaaaaa', 'PASSWORD_COMMON'],
    ['ㅎㅎㅎㅎㅎㅎㅎㅎ', 'PASSWORD_COMMON'],
    ['dkssudgktpdy', 'PASSWORD_COMMON'],
    ['안녕하세요1234', 'PASSWORD_COMMON'],
    ['tkfkdgo1', 'PASSWORD_COMMON'],
    ['TKFKDGO1', 'PASSWORD_COMMON'],
    ['qwer1234!', 'PASSWORD_COMMON'],
    ['1q2w3e4r5t', 'PASSWORD_COMMON'],
    ['19990307', 'PASSWORD_COMMON'],
    ['saranghae1004', 'PASSWORD_COMMON'],
    ['20260302', 'PASSWORD_COMMON'],
    ['2026-03-02', 'PASSWORD_COMMON'],
    ['19991231!', 'PASSWORD_COMMON'],
    ['990101-1', 'PASSWORD_COMMON'],
    ['1999년 3월 7일', 'PASSWORD_COMMON'],
    ['123123123', 'PASSWORD_COMMON'],
    ['1q2w3e4r!', 'PASSWORD_COMMON'],
    ['1qaz2wsx!', 'PASSWORD_COMMON'],
    ['rewq4321', 'PASSWORD_COMMON'],
    ['ｑｗｅｒ１２３４', 'PASSWORD_COMMON'],
    ['１２３４５６７８', 'PASSWORD_COMMON'],
    ['ㅔㅁㄴㄴ잭ㅇ12', 'PASSWORD_COMMON'],
    ['ㅎㄹㅇㄴㅅㄱㄷㅈ', 'PASSWORD_COMMON'],
    ['ㄴㅅㅁㄱㅈㅁㄱㄴ', 'PASSWORD_COMMON'],
    ['ｍｉｎｓｕ-9x7q!', 'PASSWORD_CONTAINS_USERNAME'],
    ['ｋｉｍｊｉｗｏｏ-9x7q', 'PASSWORD_CONTAINS_NAME'],
    ['ｇｋｓｍｆｑｕｆ-9x7q', 'PASSWORD_CONTAINS_NAME'],
    ['ＳＮＵ-2026!!', 'PASSWORD_CONTAINS_NAME'],
    ['xxMINSUxx', 'PASSWORD_CONTAINS_USERNAME'],
    ['우리하늘별이다9', 'PASSWORD_CONTAINS_NAME'],
    ['gksmfquf-2026-x', 'PASSWORD_CONTAINS_NAME'],
    ['my-kim_jiwoo-7', 'PASSWORD_CONTAINS_NAME'],
    ['rksek-한국대학교', 'PASSWORD_CONTAINS_NAME'],
    ['snu-2026!!', 'PASSWORD_CONTAINS_NAME'],
    ['각각각'.normalize('NFD'), 'WRONG_LENGTH'],
    ['🐴🔋📎✅🐎🔌📌', 'WRONG_LENGTH'],
  ])('must not be %s', (password, code) => expect(complaint(password)).toBe(code));
});
