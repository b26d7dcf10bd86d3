import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldLine, escapeText } from './lines.js';

describe('a text', () => {
  it.each([
    ['자료구조', '자료구조'],
    ['A; B, C\\D: "E"', 'A\\; B\\, C\\\\D: "E"'],
    ['한 줄\n두 줄\r\n세 줄\r네 줄\u2028다섯 줄', '한 줄\\n두 줄\\n세 줄\\n네 줄\\n다섯 줄'],
    ['a\u0000\u0007b\tc\u007f', 'a b c '],
    ['\ud800x', '\ufffdx'],
    ['\\n', '\\\\n'],
  ])('%j is written %j', (value, written) => {
    expect(escapeText(value)).toBe(written);
  });
});

describe('a long line', () => {
  it('is folded at 75 octets', () => {
    expect(foldLine('x'.repeat(75))).toBe('x'.repeat(75));
    expect(foldLine('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x`);
    expect(foldLine('x'.repeat(150))).toBe(`${'x'.repeat(75)}\r\n ${'x'.repeat(74)}\r\n x`);
  });

  it('cuts no syllable and no emoji in two, and unfolds to what it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'é', '강', '🎓', '\\,'), maxLength: 300 }), (whole) => {
        const lines = foldLine(whole).split('\r\n');
        for (const one of lines) {
          expect(Buffer.byteLength(one)).toBeLessThanOrEqual(75);
          expect(one.isWellFormed()).toBe(true);
        }
        expect(lines.slice(1).every((one) => one.startsWith(' '))).toBe(true);
        expect(lines.map((one, index) => (index === 0 ? one : one.slice(1))).join('')).toBe(whole);
        // As full as they can be: the next character would not have found room.
        for (const [index, one] of lines.slice(0, -1).entries()) {
          const next = [...lines[index + 1].slice(1)][0];
          expect(Buffer.byteLength(one) + Buffer.byteLength(next)).toBeGreaterThan(75);
        }
      }),
    );
  });
});
