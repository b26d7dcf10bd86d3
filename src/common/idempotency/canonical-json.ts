/**
 * The text of a JSON value that is the same for every spelling of it: the order of keys, blanks, escapes and `1.0` do not
 * count. Only for comparison: RFC 8785 orders keys that look like numbers in another way.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isObject(inner) ? withSortedKeys(inner) : inner));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withSortedKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
