export const ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '!@#$%^&*()'];
const COLUMNS = ['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik,', '9ol.', '0p;/'];
/** Two rows in turns, as in `1q2w3e4r`. */
const TURNS = ROWS.flatMap((one) => ROWS.filter((other) => other !== one).map((other) => inTurns(one, other)));
const ONE_WAY = [...ROWS, ...COLUMNS, ...TURNS, 'abcdefghijklmnopqrstuvwxyz'];
/** In both directions. */
const LINES = [...ONE_WAY, ...ONE_WAY.map((line) => [...line].reverse().join(''))];

/** Most words contain walks of two keys. */
const MIN_WALK = 3;
/** With so few characters besides, a password still counts as a pattern: `1q2w3e4r!`. */
const MAX_REST = 2;

/** One to four characters, repeated. */
const REPEATED = /^(.{1,4}?)\1+.{0,2}$/su;
/** `20260302`, `990302-1`, `1999년 3월 7일`: a day from 1940 to 2039. */
const DATE =
  /^(?:19[4-9]\d|20[0-3]\d|\d\d)(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|[-.,/_ 년월]{1,2}(?:0?[1-9]|1[0-2])[-.,/_ 년월]{1,2}(?:0?[1-9]|[12]\d|3[01])).{0,2}$/su;

/**
 * Whether a password is a date, a repeat or keyboard walks, with at most two characters besides.
 *
 * @param password in lower case and normal width
 */
export function isPattern(password: string): boolean {
  return REPEATED.test(password) || DATE.test(password) || besideWalks(password) <= MAX_REST;
}

/** The number of characters outside keyboard walks. Takes the longest walk at each place. */
function besideWalks(password: string): number {
  let beside = 0;
  for (let at = 0; at < password.length;) {
    const walk = walkAt(password, at);
    if (walk < MIN_WALK) beside++;
    at += walk < MIN_WALK ? 1 : walk;
  }
  return beside;
}

function walkAt(password: string, at: number): number {
  let length = 1;
  while (at + length < password.length && isWalk(password.slice(at, at + length + 1))) length++;
  return length;
}

function isWalk(keys: string): boolean {
  return LINES.some((line) => line.includes(keys));
}

function inTurns(one: string, other: string): string {
  return [...one].map((key, i) => key + (other[i] ?? '')).join('');
}
