import { InvalidCursor, InvalidId, InvalidInput, RouteNotFound } from '../problems/general.errors.js';
import type { Problem, Texts } from '../problems/problem.js';
import { strayBlank, unfilledName } from './pasted.js';

const ADDRESS: Texts = { en: 'The address', ko: '주소' };
const PATH: Texts = { en: 'The path', ko: '경로' };

/**
 * What is wrong with an address beyond what its problem says by itself: a line break at its end, a variable that nobody
 * filled in. `undefined` where the address is not the cause: a search or a tag may hold white space.
 *
 * @param url the request target, percent-encoded
 */
export function flawOfAddress(problem: Problem, url: string): Texts | undefined {
  if (problem.options.detail) return undefined;
  const [path, query] = url.split(/\?(.*)/s);
  if (problem instanceof RouteNotFound) {
    return flawOfPath(path, query) ?? flawOfSlashes(path);
  }
  if (problem instanceof InvalidId) return flawOfPath(path, query);
  if (problem instanceof InvalidCursor) return flawOfQuery(query, ['?cursor']);
  if (!(problem instanceof InvalidInput)) return undefined;
  return flawOfQuery(
    query,
    (problem.options.errors ?? []).map(({ pointer }) => pointer),
  );
}

function flawOfPath(path: string, query: string | undefined): Texts | undefined {
  const name = path
    .split('/')
    .map((step) => unfilledName(step))
    .find(Boolean);
  if (name) {
    return {
      en: `"${name}" stands in the address: nothing was filled in for it.`,
      ko: `주소에 "${name}"이(가) 그대로 들어 있습니다. 값이 채워지지 않았습니다.`,
    };
  }
  return strayBlank(path, query === undefined ? ADDRESS : PATH);
}

function flawOfSlashes(path: string): Texts | undefined {
  if (path.includes('//')) {
    return {
      en: 'The address holds two slashes in a row: does the base address end with one?',
      ko: '주소에 슬래시가 두 번 이어집니다. 기본 주소가 슬래시로 끝나는지 확인해 주세요.',
    };
  }
  if (!path.endsWith('/')) return undefined;
  return {
    en: 'The address ends with a slash: take it out.',
    ko: '주소 끝에 슬래시(/)가 있습니다. 지우고 다시 보내 주세요.',
  };
}

/** @param pointers the keys that were refused; another one's blanks are its own affair */
function flawOfQuery(query: string | undefined, pointers: string[]): Texts | undefined {
  for (const parameter of (query ?? '').split('&')) {
    const [key, value = ''] = parameter.replaceAll('+', '%20').split(/=(.*)/s);
    const name = decodeURIComponent(key);
    if (!pointers.includes(`?${name}`)) continue;
    const flaw =
      strayBlank(key, { en: 'A query key', ko: '쿼리 키' }) ??
      strayBlank(value, { en: `The value of ${name}`, ko: `${name} 값` });
    if (flaw) return flaw;
  }
  return undefined;
}
