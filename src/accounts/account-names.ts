/** Letters, digits, `_` and `.`, starting with a letter: an allow-list, so that no look-alike is a new name. */
export const USERNAME = /^[A-Za-z][A-Za-z0-9_.]{2,19}$/;

/**
 * Hangul, Latin and Han letters, digits, `_`, `-`, `.` and single inner spaces. No control or bidi characters, and none
 * that is not seen: the Hangul fillers are Hangul to Unicode.
 */
export const NICKNAME =
  /^(?!.*\p{Default_Ignorable_Code_Point})[\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+(?: [\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+)*$/u;

const RESERVED_USERNAMES = (
  'admin administrator anonymous api auth demoadmin everyone help madang me member moderator mod null official ' +
  'operator owner postmaster root security staff support system undefined webmaster'
).split(' ');

/**
 * Letters that look like another one, as far as NICKNAME lets them in: Latin letters that Unicode keeps apart, small
 * capitals, and strokes of Hangul and Han. From Unicode's confusables.txt (UTS #39), which has 6,000 more of other scripts.
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

/** What the API itself calls people, and what people call them. */
const LABELS = '익명 글쓴이 글쓰니 글쓴님 작성자 알수없음 탈퇴한사용자 anonymous'.split(' ');
/** What would pass for the operators when it is the whole name. */
const OPERATORS = (
  '운영팀 운영위원 관리진 관리팀 관리인 어드민 모더레이터 마당 마당지기 시스템 공식 ' +
  'mod owner official staff support system root madang'
).split(' ');
/** And these in any name, as in 서버관리자 and 운영자A; in Latin letters at its end, for there is badminton. */
const KOREAN_OPERATORS = '운영자 운영진 관리자'.split(' ');
const LATIN_ENDS = 'admin administrator moderator operator'.split(' ');

/** Digits, letters that look like one, and the numerals of Han. */
const NUMBER = '[\\dlo一二三四五六七八九十]';
/** Neither a number nor a form of address makes another name. */
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

/** `익명1`, which nobody may be called, operators included. */
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

/** `oper4tor` is read as a word: digits stand for letters. */
function wordOf(seen: string): string {
  return seen.replace(/[3457]/g, (digit) => ({ 3: 'e', 4: 'a', 5: 's', 7: 't' })[digit]!);
}

/**
 * A name as the eye reads it (UTS #39, 4): equal skeletons are confusable. Full-width letters are letters, accents and
 * what stands between words make no other name, and neither does `rn` for `m`.
 */
function skeleton(name: string): string {
  const letters = name
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    // Accents of Latin letters; Hangul is taken apart into letters, not marks.
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replace(/[\s_.-]/g, '');
  return [...letters]
    .map((letter) => (/\p{Nd}/u.test(letter) ? digitOf(letter) : letter))
    .map((letter) => LOOK_ALIKE.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/** Digits of any script stand in runs of ten, from zero on. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}
