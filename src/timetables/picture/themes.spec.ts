import { describe, expect, it } from '@jest/globals';
import { COLORS_PER_THEME, DEFAULT_THEME, paintOf, THEME_NAMES, THEMES, type Paint } from './themes.js';

/** Relative luminance (WCAG 2.2). */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast({ fill, text }: Paint): number {
  const [high, low] = [luminance(fill), luminance(text)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

it('measures contrast as the standard does', () => {
  expect(contrast({ fill: '#000000', text: '#ffffff' })).toBeCloseTo(21);
  expect(contrast({ fill: '#777777', text: '#ffffff' })).toBeCloseTo(4.48, 2);
});

describe.each(THEME_NAMES)('theme %s', (name) => {
  const theme = THEMES[name];

  it('has as many colours as every other, no two with the same fill', () => {
    expect(theme).toHaveLength(COLORS_PER_THEME);
    expect(new Set(theme.map(({ light }) => light.fill)).size).toBe(COLORS_PER_THEME);
    expect(new Set(theme.map(({ dark }) => dark.fill)).size).toBe(COLORS_PER_THEME);
  });

  it('can be read: 4.5 : 1 in the light and in the dark', () => {
    const paints = theme.flatMap(({ light, dark }) => [light, dark]);
    expect(paints.filter(({ fill, text }) => ![fill, text].every((color) => /^#[0-9a-f]{6}$/.test(color)))).toEqual([]);
    expect(paints.filter((paint) => contrast(paint) < 4.5)).toEqual([]);
  });
});

it('paints also by a name and a number that are no longer known', () => {
  expect(paintOf('madang', 1, 'dark')).toBe(THEMES.madang[1].dark);
  expect(paintOf('gone', COLORS_PER_THEME, 'light')).toBe(THEMES[DEFAULT_THEME][0].light);
  expect(paintOf('constructor', 255, 'light')).toBe(THEMES[DEFAULT_THEME][255 % COLORS_PER_THEME].light);
});
