import secureJson from 'secure-json-parse';
import { UNKNOWN_KEY, type Complaint } from '../fields/field.js';
import { InvalidInput, MalformedRequest } from '../problems/general.errors.js';
import { isStorable } from '../text.js';

/** Deeper nesting is refused before the parser sees it: 100,000 levels overflow the stack of the validation. */
const MAX_DEPTH = 32;
/** Each value is transformed and checked: without a bound, one body would delay all other requests. */
const MAX_VALUES = 5_000;
const MAX_KEYS = 100;
const UNSTORABLE_TEXT: Complaint = {
  code: 'UNSTORABLE_TEXT',
  texts: {
    en: 'holds NUL, half of a character or too many marks on one',
    ko: '저장할 수 없는 문자가 들어 있습니다',
  },
};
const DUPLICATE_KEY: Complaint = {
  code: 'DUPLICATE_KEY',
  texts: { en: 'is there twice', ko: '두 번 들어 있습니다' },
};
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The value in a JSON body; `undefined` for an empty one.
 *
 * @throws MalformedRequest for bytes that are no UTF-8 (fatal, no replacement characters), no JSON, or nested too deep
 * @throws InvalidInput for text that `isStorable` refuses, for keys that every object has by itself, and for those that
 *   are there twice
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (depthOf(bytes) > MAX_DEPTH) throw malformed(`The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  const text = decode(bytes);
  const value = parse(text);
  refuseDuplicates(text);
  inspect(value);
  return value;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.', '본문이 올바른 UTF-8이 아닙니다.');
  }
}

function parse(text: string): unknown {
  try {
    return secureJson.parse(text, undefined, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    const forbidden = (error as Error).message.includes('forbidden prototype property');
    throw forbidden
      ? malformed('The keys __proto__ and constructor.prototype are not allowed.')
      : malformed('The body is not valid JSON.', '본문이 올바른 JSON이 아닙니다.');
  }
}

function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}

/**
 * JSON.parse keeps the last of two members with one name, other parsers keep the first. A program that checks a body
 * before us could see another one (RFC 8259, 4).
 *
 * @param text valid JSON
 */
function refuseDuplicates(text: string): void {
  /** For each enclosing object and list: its keys until now (none of a list), and the position in it. */
  const around: { keys: Set<string> | null; at: string | number }[] = [];
  let isKeyNext = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    const inside = around.at(-1);
    if (sign === '{' || sign === '[') {
      isKeyNext = sign === '{';
      around.push(isKeyNext ? { keys: new Set(), at: '' } : { keys: null, at: 0 });
    } else if (sign === '}' || sign === ']') {
      isKeyNext = false;
      around.pop();
    } else if (sign === ',' && inside) {
      isKeyNext = inside.keys !== null;
      if (typeof inside.at === 'number') inside.at += 1;
    } else if (sign === '"') {
      const end = endOfString(text, i);
      if (isKeyNext && inside?.keys) {
        inside.at = JSON.parse(text.slice(i, end + 1)) as string;
        const path = around.map(({ at }) => String(at));
        refuseKnown(inside.keys, inside.at, path);
        inside.keys.add(inside.at);
      }
      isKeyNext = false;
      i = end;
    }
  }
}

function refuseKnown(keys: Set<string>, key: string, path: string[]): void {
  if (keys.has(key)) throw invalid(path, DUPLICATE_KEY);
}

/** @param start where its opening quotation mark is */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

/** Walks through the value. The path is joined only for an error. */
function inspect(root: unknown): void {
  const path: string[] = [];
  let values = 0;
  const visit = (value: unknown): void => {
    if (typeof value === 'string' && !isStorable(value)) throw invalid(path, UNSTORABLE_TEXT);
    if (typeof value !== 'object' || value === null) return;
    const keys = Object.keys(value);
    values += keys.length;
    if (values > MAX_VALUES) throw malformed(`The JSON holds more than ${MAX_VALUES} values.`);
    if (!Array.isArray(value)) checkKeys(keys, path);
    for (const key of keys) {
      path.push(key);
      visit((value as Record<string, unknown>)[key]);
      path.pop();
    }
  };
  visit(root);
}

function checkKeys(keys: string[], path: string[]): void {
  if (keys.length > MAX_KEYS) throw malformed(`An object in the JSON has more than ${MAX_KEYS} keys.`);
  for (const key of keys) {
    if (!isStorable(key)) throw invalid([...path, key], UNSTORABLE_TEXT);
    // class-transformer drops these silently, so no whitelist would see them.
    if (key in Object.prototype) throw invalid([...path, key], UNKNOWN_KEY);
  }
}

function invalid(path: string[], complaint: Complaint): InvalidInput {
  return new InvalidInput({ errors: [{ pointer: pointerTo(path), ...complaint }] });
}

/** A JSON pointer (RFC 6901) after `#`; long keys are cut. */
function pointerTo(path: string[]): string {
  const steps = path.map((key) => key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100));
  return ['#', ...steps].join('/');
}

function malformed(en: string, ko = '본문 형식이 올바르지 않습니다.'): MalformedRequest {
  return new MalformedRequest({ detail: { en, ko } });
}
