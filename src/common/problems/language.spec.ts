import { expect, it } from '@jest/globals';
import { languageOf } from './language.js';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['fr-FR', 'en'],
  ['ko', 'ko'],
  ['KO-kr', 'ko'],
  ['kok', 'en'],
  ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko'],
  ['en,ko', 'en'],
  ['en;q=0.1,ko;q=0.2', 'ko'],
  ['ko;q=0,en;q=0.1', 'en'],
  ['ko;q=0', 'en'],
  ['fr;q=1, ko ; q=0.5', 'ko'],
  ['ko;q=banana', 'ko'],
  [`${'x,'.repeat(10_000)}ko`, 'en'],
])('%j asks for %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});
