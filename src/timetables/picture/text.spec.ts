import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { heldTo, measure, tidy, widthOf, wrap, xml } from './text.js';

describe('XML', () => {
  it.each([
    ['<script>alert("x")</script>', '&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;'],
    ["AT&T's", 'AT&#38;T&#39;s'],
    ['a\u0000b\u001fc\ufffed', 'a b c d'],
    ['\ud800한글\udfff', '\ufffd한글\ufffd'],
    ['앞\u202e뒤', '앞 뒤'],
    ['  한\n\t글  ', '한 글'],
    ['💥', '💥'],
  ])('%j is written %j', (text, written) => {
    expect(xml(text)).toBe(written);
  });
});

describe('widths', () => {
  it('are those of Korean and Latin letters', () => {
    expect(widthOf('가나')).toBeCloseTo(1.92);
    expect(widthOf('ill')).toBeLessThan(widthOf('abc'));
    expect(widthOf('abc')).toBeLessThan(widthOf('MWM'));
    expect(widthOf('')).toBe(0);
  });

  it('count an emoji of many parts once', () => {
    expect(widthOf('👩‍👩‍👧‍👦')).toBe(widthOf('😀'));
  });
});

describe('lines', () => {
  const lines = (text: string, em: number, most = 99) => wrap(text, 10, em * 10, most);

  it('end at spaces, of Korean too, as long as words find room', () => {
    expect(lines('컴퓨터 프로그래밍 실습', 6)).toEqual(['컴퓨터', '프로그래밍', '실습']);
    expect(lines('컴퓨터 프로그래밍 실습', 9)).toEqual(['컴퓨터 프로그래밍', '실습']);
    expect(lines('공학(설계) 입문', 6)).toEqual(['공학(설계)', '입문']);
  });

  it('part a longer word in Hangul anywhere, in Latin nowhere', () => {
    expect(lines('인도의철학과문화', 6)).toEqual(['인도의철학과', '문화']);
    expect(lines('Introduction to Systems', 8)).toEqual(['Introduction', 'to Systems']);
    expect(lines('IntroductionToLegalStudies', 9)).toEqual(['IntroductionTo', 'LegalStudies']);
  });

  it('keep brackets, commas and numbers with what they belong to', () => {
    expect(lines('소비자행동(NCS)', 6)).toEqual(['소비자행동', '(NCS)']);
    expect(lines('자아와명상2', 5)).toEqual(['자아와명', '상2']);
    expect(lines('가나다라, 마바', 4)).toEqual(['가나다', '라, 마바']);
  });

  it('part a word that is wider than a line', () => {
    expect(lines('Wwwwwwwwww', 3)).toHaveLength(4);
  });

  it('end in an ellipsis where there is more', () => {
    expect(lines('인도의철학과문화', 4, 1)).toEqual(['인도의…']);
    expect(lines('인도의철학과문화', 9, 1)).toEqual(['인도의철학과문화']);
    expect(lines('인도의철학과문화', 4, 0)).toEqual([]);
  });

  it('are none where no letter fits', () => {
    expect(lines('가', 0.5)).toEqual([]);
    expect(lines('가나다', -1)).toEqual([]);
    expect(lines('', 5)).toEqual([]);
  });

  it('leave room in the first', () => {
    expect(wrap('가나다라마바', 10, 40, 9, 20)).toEqual(['가나', '다라마바']);
    expect(wrap('가나다라', 10, 40, 9, 20)).toEqual(['', '가나다라']);
    expect(wrap('가나 다라마', 10, 40, 9, 20)).toEqual(['가나', '다라마']);
    expect(wrap('가나다라', 10, 40, 1, 19)).toEqual(['가…']);
    expect(wrap('Computer', 10, 60, 9, 20)).toEqual(['', 'Computer']);
  });

  it('are held to their width where a wide font would stick out', () => {
    expect(heldTo(100, '가나다', 10)).toBe('');
    expect(heldTo(30, '가나다', 10)).toBe('');
    expect(heldTo(29, '가나다', 10)).toBe(' textLength="28.79" lengthAdjust="spacingAndGlyphs"');
    expect(heldTo(20, '가나다', 10)).toContain('textLength="20"');
    // Narrow in most fonts, and as wide as all others in a monospaced one.
    expect(heldTo(20, 'illi', 10)).toContain('textLength');
    expect(heldTo(27, 'illi', 10)).toBe('');
    // Without a font for it, an emoji is a box for each of its parts.
    expect(heldTo(105, '👩‍👩‍👧‍👦 가족 🇰🇷', 14)).toContain('textLength');
  });

  it('fit, and lose nothing of the text unless they are too many', () => {
    const texts = fc.string({
      unit: fc.constantFrom('가', '힣', 'a', 'W', '1', ' ', '(', ')', ',', '漢', '😀', 'é'),
      maxLength: 60,
    });
    const run = (text: string, size: number, width: number, most: number, inset: number): void => {
      const shown = wrap(text, size, width, most, inset);
      expect(shown.length).toBeLessThanOrEqual(most);
      shown.forEach((line, index) => {
        // The first line stays empty where a mark takes all of it.
        const room = Math.max(0, width - (index === 0 ? inset : 0));
        expect(widthOf(line) * size).toBeLessThanOrEqual(room + 1e-6);
      });
      const whole = wrap(measure(text), size, width, 1000, inset);
      if (whole.length > 0) expect(whole.join('').replaceAll(' ', '')).toBe(tidy(text).replaceAll(' ', ''));
    };
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(13, 18),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom(0, 20),
        run,
      ),
    );
  });
});
