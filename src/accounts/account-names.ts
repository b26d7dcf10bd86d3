/** Letters, digits, `_` and `.`, starting with a letter: an allow-list, so that no look-alike is a new name. */
export const USERNAME = /^[A-Za-z][A-Za-z0-9_.]{2,19}$/;

/** Hangul, Latin and Han letters, digits, `_`, `-`, `.` and single inner spaces. No control or bidi characters. */
export const NICKNAME =
  /^[\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+(?: [\p{Script=Hangul}\p{Script=Latin}\p{Script=Han}\p{Nd}_.-]+)*$/u;

const RESERVED_USERNAMES = new Set(
  (
    'admin administrator anonymous api auth demo.admin everyone help madang me member moderator mod null official ' +
    'operator owner postmaster root security staff support system undefined webmaster'
  ).split(' '),
);

/** What the API itself calls people, and what would pass for the operators. */
const RESERVED_NICKNAME =
  /^(익명\s*\d*|글쓴이|글쓴이\s*\d*|알 ?수 ?없음|운영자|관리자|운영진|admin|administrator|moderator|madang)$/i;

export function isReservedUsername(username: string): boolean {
  return RESERVED_USERNAMES.has(username.toLowerCase());
}

export function isReservedNickname(nickname: string): boolean {
  return RESERVED_NICKNAME.test(nickname);
}
