const LENGTH = 200;
/** UTF-16 units that are read: enough for 200 code points with some white space between them. */
const LOOKED_AT = 1_600;

/** The beginning of a text for lists: white space collapsed, 200 code points at most, an ellipsis where it was cut. */
export function excerptOf(content: string): string {
  // The cut may go through a pair of surrogates.
  const start = content.slice(0, LOOKED_AT).replace(/[\uD800-\uDBFF]$/, '');
  const text = start.replace(/\s+/g, ' ').trim();
  const points = Array.from(text);
  const whole = points.length <= LENGTH && content.length <= LOOKED_AT;
  return whole ? text : `${points.slice(0, LENGTH - 1).join('')}…`;
}
