/** Lines of iCalendar as RFC 5545, 3.1 has them. */

const MAX_OCTETS = 75;

/** One property, folded. The value must be escaped already: only texts need it (`escapeText`). */
export function line(name: string, value: string): string {
  return foldLine(`${name}:${value}`);
}

/** A value of the type TEXT (3.3.11), without control characters except line ends. */
export function escapeText(value: string): string {
  return (
    value
      .toWellFormed()
      .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g, ' ')
      .replace(/[\\;,]/g, '\\$&')
      .replace(/\n/g, '\\n')
  );
}

/** The calendar as it goes over the wire. */
export function calendarText(lines: string[]): string {
  return lines.map((one) => `${one}\r\n`).join('');
}

/** Lines of at most 75 octets, with the blank at the start of a continuation. No character is cut in two. */
export function foldLine(whole: string): string {
  // Three octets are the most that one unit of UTF-16 takes.
  if (whole.length * 3 <= MAX_OCTETS || Buffer.byteLength(whole) <= MAX_OCTETS) return whole;
  let folded = '';
  let octets = 0;
  for (const character of whole) {
    const size = octetsOf(character.codePointAt(0)!);
    if (octets + size > MAX_OCTETS) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

/** In UTF-8. */
function octetsOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
