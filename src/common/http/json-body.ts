import secureJson from 'secure-json-parse';
import { InvalidInput, MalformedRequest } from '../problems/general.errors.js';

/** Deeper nesting is refused before the parser sees it: 100,000 levels overflow the stack of what comes after. */
const MAX_DEPTH = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The value in a JSON body; `undefined` for an empty one.
 *
 * @throws MalformedRequest for bytes that are no UTF-8 (fatal, no replacement characters), no JSON, or nested too deep
 * @throws InvalidInput for NUL and lone surrogates, which MySQL would store and no client could read back
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (depthOf(bytes) > MAX_DEPTH) throw malformed(`The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  const value = parse(decode(bytes));
  refuseUnstorable(value, '#');
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

function refuseUnstorable(value: unknown, pointer: string): void {
  if (typeof value === 'string') {
    if (isStorable(value)) return;
    throw new InvalidInput({
      errors: [
        {
          pointer,
          code: 'UNSTORABLE_TEXT',
          texts: { en: 'holds NUL or half of a character', ko: '저장할 수 없는 문자가 들어 있습니다' },
        },
      ],
    });
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const escaped = key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100);
    if (!isStorable(key)) refuseUnstorable('\0', `${pointer}/${escaped}`);
    refuseUnstorable(inner, `${pointer}/${escaped}`);
  }
}

/** Neither NUL nor a lone surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function malformed(en: string, ko = '본문 형식이 올바르지 않습니다.'): MalformedRequest {
  return new MalformedRequest({ detail: { en, ko } });
}
