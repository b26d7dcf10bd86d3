/** The size of the column; a code of 40 characters stays below it in any script but a few ligatures'. */
const MAX_KEY = 80;

/** A subject's code as codes are compared: NFC, upper case, no white space. `cse 2017` is `CSE2017`. */
export function codeKeyOf(code: string): string {
  const key = code.normalize('NFC').toUpperCase().normalize('NFC').replace(/\s+/gu, '');
  return key.length > MAX_KEY ? Array.from(key).slice(0, MAX_KEY).join('') : key;
}
