const LENGTH = 200;

/** The beginning of a text for lists: white space collapsed, 200 code points at most, an ellipsis where it was cut. */
export function excerptOf(content: string): string {
  // Twice the length in UTF-16 units is enough for any 200 code points; the rest need not be looked at.
  const text = content
    .slice(0, LENGTH * 8)
    .replace(/\s+/g, ' ')
    .trim();
  const points = Array.from(text);
  return points.length <= LENGTH ? text : `${points.slice(0, LENGTH - 1).join('')}…`;
}
