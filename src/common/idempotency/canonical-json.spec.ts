import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';

const canonical = (text: string): string => canonicalJson(JSON.parse(text));

describe('canonicalJson', () => {
  it.each([
    ['{"a":1,"b":2}', '{ "b": 2,\n"a": 1.0 }'],
    ['{"a":[{"x":1,"y":2}]}', '{"a":[{"y":2e0,"x":1}]}'],
    ['{"title":"가/"}', '{"title":"\\uac00\\/"}'],
    ['{"10":1,"9":0,"b":2}', '{"b":2,"9":-0,"10":1}'],
  ])('is one text for %s and %s', (one, other) => {
    expect(canonical(one)).toBe(canonical(other));
  });

  it.each([
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":"1"}', '{"a":1}'],
    ['{"a":null}', '{}'],
    ['{"a":{"b":1}}', '{"a":{},"b":1}'],
    ['{"a":"가"}', '{"a":"각"}'],
  ])('tells %s from %s', (one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });
});
