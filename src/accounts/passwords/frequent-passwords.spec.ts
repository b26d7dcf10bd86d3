import { expect, it } from '@jest/globals';
import { frequentPasswords } from './frequent-passwords.js';
import { koreanKeys } from './korean-keys.js';

it.each([
  ['안녕하세요', 'dkssudgktpdy'],
  ['사랑해', 'tkfkdgo'],
  ['값진 떡볶이', 'rkqtwls ejrqhrdl'],
  ['ㅋㅋㅎㅎ ㅣㅏ', 'zzgg lk'],
  ['왜 의원?', 'dho dmldnjs?'],
  ['사랑'.normalize('NFD'), 'tkfkd'],
  ['abc 123', 'abc 123'],
])('%s is typed %s', (text, keys) => expect(koreanKeys(text)).toBe(keys));

it('makes between 10,000 and 60,000 frequent passwords, none of them too short to be one', () => {
  const passwords = [...frequentPasswords(2026)];
  expect(passwords.length).toBeGreaterThan(10_000);
  expect(passwords.length).toBeLessThan(60_000);
  expect(passwords.filter((one) => one.length < 8 || one !== one.toLowerCase())).toEqual([]);
  // By words, keyboards and dates.
  for (const one of ['qlalfqjsgh1', 'asdfqwer!', '1qaz2wsx3edc', 'q1w2e3r4', '20050228']) {
    expect(passwords).toContain(one);
  }
  expect(passwords).not.toContain('20050229');
});
