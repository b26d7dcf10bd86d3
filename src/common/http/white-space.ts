import { InvalidId, RouteNotFound } from '../problems/general.errors.js';
import type { Problem, Texts } from '../problems/problem.js';

/** White space and characters without width: as they are, percent-encoded, or written as `\n`. */
const WHITE_SPACE =
  /[\s\u0085\u200b-\u200f\u2060]|\\[nrt]|%(?:0[9a-d]|20|c2%(?:85|a0)|e2%80%(?:8[0-f]|a[89f])|e2%81%(?:9f|a0)|e3%80%80|ef%bb%bf)/i;

export const ADDRESS: Texts = { en: 'The address', ko: '주소' };

/**
 * Explains a fault that people cannot see: pasting often adds white space.
 *
 * @param subject names the text in the answer
 * @returns `undefined` if there is none
 */
export function whiteSpaceIn(text: string, subject: Texts): Texts | undefined {
  if (!WHITE_SPACE.test(text)) return undefined;
  return {
    en: `${subject.en} contains white space or an invisible character. Remove it.`,
    ko: `${subject.ko}에 공백이나 보이지 않는 문자가 있습니다. 지우고 다시 보내 주세요.`,
  };
}

/** @param url the request target, percent-encoded; its query may contain white space, as in a search */
export function whiteSpaceInPath(problem: Problem, url: string): Texts | undefined {
  const isAboutPath = problem instanceof RouteNotFound || problem instanceof InvalidId;
  return isAboutPath ? whiteSpaceIn(url.split('?', 1)[0], ADDRESS) : undefined;
}
