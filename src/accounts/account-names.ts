/** Letters, digits, `_` and `.`, starting with a letter. ASCII only: no other script can imitate a name. */
export const USERNAME = /^[A-Za-z][A-Za-z0-9_.]{2,19}$/;

/**
 * Hangul, Latin and Han letters, digits, `_`, `-`, `.` and single inner spaces. The lookahead refuses invisible
 * characters: the Hangul fillers belong to the script Hangul.
 */
export const NICKNAME =
  /^(?!.*\p{Default_Ignorable_Code_Point})[\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+(?: [\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+)*$/u;

const RESERVED_USERNAMES = (
  'admin administrator anonymous api auth demoadmin everyone help madang me member moderator mod null official ' +
  'operator owner postmaster root security staff support system undefined webmaster'
).split(' ');

/**
 * Look-alikes of Latin letters, of those that NICKNAME allows: other Latin letters, small capitals, and strokes of Hangul
 * and Han. From Unicode's confusables.txt (UTS #39), which has 6,000 more in other scripts.
 */
const LOOK_ALIKE = new Map<string, string>(
  Object.entries({
    l: '1iıɩɪǀӏ|ㅣ丨ᅵłƚɫɭ',
    o: '0øɵᴏㅇ〇口ᄋ',
    a: 'ɑᴀæ',
    b: 'ʙƀɓ',
    c: 'ᴄƈ',
    d: 'đɗɖᴅð',
    e: 'ᴇɛə',
    f: 'ƒꜰ',
    g: 'ɡɢǥɠ',
    h: 'ħʜɦ',
    k: 'ᴋƙ',
    m: 'ᴍɱ',
    n: 'ɴŋɲƞ',
    p: 'ᴘƥ',
    r: 'ʀɍɾ',
    s: 'ꜱʂ',
    t: 'ᴛŧƭ',
    u: 'ᴜʋ',
    v: 'ᴠ',
    w: 'ᴡ',
    y: 'ʏƴ',
    z: 'ᴢƶʐ',
  }).flatMap(([plain, others]) => [...others].map((other) => [other, plain] as const)),
);

/** Also letters that look like a dot in the middle: the Hangul ㆍ, which NFKC turns into U+119E, and the Han 丶. */
const SEPARATORS = /[\s_.\u119e丶-]/g;

/** Labels of anonymous authors and of authors who have left, and variants of them. */
const LABELS = '익명 글쓴이 글쓰니 글쓴님 작성자 알수없음 탈퇴한사용자 anonymous'.split(' ');
/** Reserved as a whole name: it would look like an operator's. */
const OPERATORS = (
  '운영팀 운영위원 관리진 관리팀 관리인 어드민 모더레이터 마당 마당지기 시스템 공식 ' +
  'mod owner official staff support system root madang'
).split(' ');
/** Reserved anywhere in a name, as in 서버관리자 and 운영자A. */
const KOREAN_OPERATORS = '운영자 운영진 관리자'.split(' ');
/** Reserved only at the end of a name: badminton is allowed. */
const LATIN_ENDS = 'admin administrator moderator operator'.split(' ');

/** Digits, their look-alikes in a skeleton, and Han numerals. */
const NUMBER = '[\\dlo一二三四五六七八九十]';
/** Numbers and forms of address: 운영자1 and 관리자님 are reserved too. */
const AFTER = `(?:님|씨|팀|봇|계정|${NUMBER})*`;
const RESERVED_LABEL = new RegExp(
  // 익명일, 익명一, 익명1호
  `^${anyOf(LABELS)}(?:[일이삼사오육칠팔구십]+|${AFTER}(?:${NUMBER}.{0,2})?)$`,
  'u',
);
const RESERVED_OPERATOR = new RegExp(
  `^(?:(?:마당|madang|공식|official|총|부)?${anyOf(OPERATORS)}${AFTER}` +
    `|.*${anyOf(KOREAN_OPERATORS)}.*` +
    `|.*${anyOf(LATIN_ENDS)}s?${AFTER}` +
    `|마당(?:운영|관리).*)$`,
  'u',
);
const RESERVED_USERNAME_SKELETONS = new Set(RESERVED_USERNAMES.map(skeleton));

export function isReservedUsername(username: string): boolean {
  return RESERVED_USERNAME_SKELETONS.has(wordOf(skeleton(username)));
}

export function isReservedNickname(nickname: string): boolean {
  return isLabel(nickname) || namesOperator(nickname);
}

/** `익명1`: refused for operators too. */
export function isLabel(nickname: string): boolean {
  return RESERVED_LABEL.test(skeleton(nickname));
}

function namesOperator(nickname: string): boolean {
  const seen = skeleton(nickname);
  return RESERVED_OPERATOR.test(seen) || RESERVED_OPERATOR.test(wordOf(seen));
}

function anyOf(words: string[]): string {
  return `(?:${words.map(skeleton).join('|')})`;
}

/** Replaces digits that stand for letters, as in `oper4tor`. */
function wordOf(seen: string): string {
  return seen.replace(/[3457]/g, (digit) => ({ 3: 'e', 4: 'a', 5: 's', 7: 't' })[digit]!);
}

/**
 * Names with equal skeletons are confusable (UTS #39, 4). Ignores width, case, accents and separators, and replaces
 * look-alikes, such as `rn` for `m`.
 */
function skeleton(name: string): string {
  const letters = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    // Accents of Latin letters. NFD takes Hangul apart into letters, which are no marks.
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replace(SEPARATORS, '');
  return [...letters]
    .map((letter) => (/\p{Nd}/u.test(letter) ? digitOf(letter) : letter))
    .map((letter) => LOOK_ALIKE.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/** The value of a digit of any script: Unicode has each script's digits in a row, from zero to nine. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}
