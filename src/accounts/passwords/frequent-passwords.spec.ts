import { expect, it } from '@jest/globals';
import { frequentPasswords } from './frequent-passwords.js';
import { koreanKeys } from './korean-keys.js';
import { isPattern } from './password-patterns.js';

it.each([
  ['안녕하세요', 'dkssudgktpdy'],
  ['사랑해', 'tkfkdgo'],
  ['값진 떡볶이', 'rkqtwls ejrqhrdl'],
  ['ㅋㅋㅎㅎ ㅣㅏ', 'zzgg lk'],
  ['왜 의원?', 'dho dmldnjs?'],
  ['사랑'.normalize('NFD'), 'tkfkd'],
  ['abc 123', 'abc 123'],
  ['ㄳㄸ ﾡￂ', 'rte rk'],
  ['ＡＢＣ é１', 'abc é1'],
])('%s is typed %s', (text, keys) => expect(koreanKeys(text)).toBe(keys));

it('makes between 10,000 and 60,000 frequent passwords, none of them too short to be one', () => {
  const passwords = [...frequentPasswords(2026)];
  expect(passwords.length).toBeGreaterThan(10_000);
  expect(passwords.length).toBeLessThan(60_000);
  expect(passwords.filter((one) => one.length < 8 || one !== one.toLowerCase())).toEqual([]);
  for (const one of ['qlalfqjsgh1', 'saranghae1004', 'qwer2580', 'asdf2026']) expect(passwords).toContain(one);
});

it.each([
  ...[
    'asdfqwer!',
    '1qaz2wsx3edc',
    'q1w2e3r4',
    'qwer1q2w',
    '!@#$%^&*',
    'zaq1xsw2',
    'abcd1234',
    '98765432x',
    'asd123zxc',
    'asdfqwer!?',
  ],
  ...['20050228', '20120101', '1940.01.01', '2039/12/31', '99-3-7!!', '99010112', '2026년3월2일'],
  ...['aaaaaaaa', 'x7k9x7k9', 'abababab', '1212121212!!', '가나가나가나가나'],
])('%s is a pattern', (password) => expect(isPattern(password)).toBe(true));

it.each([
  ...['19390101', '20400101', '20261302', '20260332', '2026-03-02-go', 'x20260302', '62r3c1w2'],
  ...['1234-x9x9', 'weather-port', 'asdfqwer!?;', 'x7k9mx7k9m'],
  ...['correct-horse-42', 'wrong-wrong-wrong', '🐴🔋📎✅🐎🔌📌❎'],
])('%s is no pattern', (password) => expect(isPattern(password)).toBe(false));
