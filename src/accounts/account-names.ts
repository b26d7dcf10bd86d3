/** Letters, digits, `_` and `.`, starting with a letter: an allow-list, so that no look-alike is a new name. */
export const USERNAME = /^[A-Za-z][A-Za-z0-9_.]{2,19}$/;

/**
 * Hangul, Latin and Han letters, digits, `_`, `-`, `.` and single inner spaces. No control or bidi characters, and none
 * that is not seen: the Hangul fillers are Hangul to Unicode.
 */
export const NICKNAME =
  /^(?!.*\p{Default_Ignorable_Code_Point})[\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+(?: [\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+)*$/u;

const RESERVED_USERNAMES = new Set(
  (
    'admin administrator anonymous api auth demoadmin everyone help madang me member moderator mod null official ' +
    'operator owner postmaster root security staff support system undefined webmaster'
  ).split(' '),
);

/** What the API itself calls people, and what would pass for the operators. */
const RESERVED_NICKNAME =
  /^(익명\p{Nd}*|글쓴이\p{Nd}*|알수없음|운영자|관리자|운영진|admin|administrator|moderator|madang)$/iu;

export function isReservedUsername(username: string): boolean {
  return RESERVED_USERNAMES.has(bare(username));
}

export function isReservedNickname(nickname: string): boolean {
  return RESERVED_NICKNAME.test(bare(nickname));
}

/** As the eye reads it: full-width letters are letters, and a dot or a space more makes no other name. */
function bare(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]/g, '');
}
