import { describe, expect, it } from '@jest/globals';
import { isDisguised } from './text.js';

describe('a line', () => {
  it.each([
    '중간고사 족보',
    'naïve e\u0301 İ',
    '가족 👨\u200d👩\u200d👧 모임',
    '❤\ufe0f\u200d🔥',
    '🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f 🏴\u200d☠',
    '👍🏽 🧔🏽\u200d♂\ufe0f',
    '1\ufe0f\u20e3 #\ufe0f\u20e3 *\ufe0f\u20e3',
    '☎\ufe0e ©\ufe0f',
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 프리미어리그',
    '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
    '🇰🇷 ㅋㅋ',
  ])('may be %j', (text) => expect(isDisguised(text)).toBe(false));

  it.each([
    ...['\u00ad', '\u034f', '\u061c', '\u115f', '\u1160', '\u17b4', '\u180b', '\u180e', '\u200b', '\u200c', '\u200d'],
    ...['\u200e', '\u202e', '\u2060', '\u2063', '\u2069', '\u206a', '\u3164', '\ufe00', '\ufe0f', '\ufeff', '\uffa0'],
    ...['\n', '\u0007', '\u2028', '\ufff9', '\ufff0', '\u{1d173}', '\u{e0001}', '\u{e0067}', '\u{e0100}'],
  ])('must not hold %j', (hidden) => {
    expect(isDisguised(`a${hidden}b`)).toBe(true);
    expect(isDisguised(`가${hidden}나`)).toBe(true);
  });

  it.each(['1\ufe0f', '😀\ufe0f\ufe0f', '😀\u200d', '😀\u200da', '🏴\u{e0067}\u{e0062}', '😀\u{e0067}\u{e007f}'])(
    'must not be %j',
    (text) => expect(isDisguised(text)).toBe(true),
  );
});
