import type { Texts } from '../problems/problem.js';

// What copying and pasting leaves in an address or a token. People search for hours for what they cannot see, so answers
// name it.

/** The names that people know for characters; the Korean ones with the particle of a subject. */
interface Kind {
  holds: RegExp;
  en: string;
  ko: [noun: string, particle: string];
}

const KINDS: Kind[] = [
  { holds: /[\n\r\u0085\u2028\u2029]/, en: 'a line break', ko: ['줄바꿈', '이'] },
  { holds: /\t/, en: 'a tab', ko: ['탭', '이'] },
  { holds: / /, en: 'a space', ko: ['공백', '이'] },
  { holds: /./s, en: 'an invisible character', ko: ['보이지 않는 문자', '가'] },
];

/**
 * White space and what has no width, as itself, percent-encoded or spelled as programmers do. Bounded, or a header full of
 * it would take time by its square.
 */
const BLANK =
  /(?:[\s\u0085\u200b-\u200f\u2060]|\\[nrt]|%(?:0[9a-d]|20|c2%(?:85|a0)|e2%80%(?:8[0-f]|a[89f])|e2%81%(?:9f|a0)|e3%80%80|ef%bb%bf)){1,20}/i;
const AT_END = new RegExp(`${BLANK.source}$`, 'i');
const AT_START = new RegExp(`^${BLANK.source}`, 'i');

const SPELLED: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** A name that should have been replaced by a value: `{{postId}}`, `{postId}`, `<postId>`, `:postId`, `$TOKEN`. */
const NAME =
  /^(?:\{\{[\w.-]{1,40}\}\}|\{[\w.-]{1,40}\}|<[\w .-]{1,40}>|:[a-z]\w{0,39}|\$\w{1,40}|\$\{\w{1,40}\}|undefined|null)$/i;

const QUOTES = new Map(['""', "''", '``', '“”', '‘’', '<>'].map((pair) => [pair[0], pair[1]]));

/**
 * Says which blank stands in a text that may have none, and where.
 *
 * @param text as it came: percent-encoded where the client has done so
 * @param subject what the text is, in the words of the answer
 */
export function strayBlank(text: string, subject: Texts): Texts | undefined {
  const [run, verb, place] =
    found(AT_END, text, 'ends with', '끝에') ??
    found(AT_START, text, 'begins with', '앞에') ??
    found(BLANK, text, 'holds', '안에') ??
    [];
  if (!run) return undefined;
  const { kind, shown } = describe(run);
  const [noun, particle] = kind.ko;
  return {
    en: `${subject.en} ${verb} ${kind.en}${shown && ` ${shown}`}: take it out.`,
    ko: `${subject.ko} ${place} ${noun}${shown}${particle} 있습니다. 지우고 다시 보내 주세요.`,
  };
}

function found(pattern: RegExp, text: string, verb: string, place: string): [string, string, string] | undefined {
  const run = pattern.exec(text)?.[0];
  return run === undefined ? undefined : [run, verb, place];
}

/** What a run of blanks is, and how it looks where it can be seen. */
function describe(run: string): { kind: Kind; shown: string } {
  const characters = decoded(run.replace(/\\([nrt])/gi, (_, letter: string) => SPELLED[letter.toLowerCase()]));
  const kind = KINDS.find(({ holds }) => holds.test(characters))!;
  if (/^[%\\]/.test(run)) return { kind, shown: `(${run.slice(0, 27)})` };
  const isNamed = kind !== KINDS.at(-1);
  return { kind, shown: isNamed ? '' : `(U+${run.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')})` };
}

/** A run may end in the middle of a character, as in `%20%E2`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name for which no value was filled in, if that is what the text is. */
export function unfilledName(text: string): string | undefined {
  const name = decoded(text);
  return NAME.test(name) ? name : undefined;
}

/** The marks around a text, if it stands in some. */
export function quotesAround(text: string): string | undefined {
  const close = QUOTES.get(text[0]);
  return close !== undefined && text.length > 2 && text.endsWith(close) ? `${text[0]} ${close}` : undefined;
}
