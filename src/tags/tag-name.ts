import { codePoints, isDisguised } from '../common/text.js';

const MAX_LENGTH = 50;

/**
 * The canonical spelling of a tag: NFC, trimmed, without leading `#`, in lower case. Equal tags have equal bytes.
 *
 * @returns `undefined` if the text cannot be a tag: it is empty or longer than 50 code points; it has a `/`, a control
 *   character, an invisible character outside of an emoji, or white space other than single spaces between words; or it
 *   is `.` or `..`, which mean a directory in an address
 */
export function canonicalTag(text: string): string | undefined {
  const name = text
    .normalize('NFC')
    .replace(/^[\s#]+/, '')
    .trim()
    .toLowerCase()
    .normalize('NFC');
  if (name === '' || name === '.' || name === '..' || codePoints(name) > MAX_LENGTH) return undefined;
  if (isDisguised(name) || /[/\u2800]|[^\S ]| {2}/u.test(name)) return undefined;
  return name;
}
