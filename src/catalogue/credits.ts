import { Decimal } from '../common/fields/numbers.js';

/** More than any lecture has; the sum over a whole catalogue is still exact. */
export const MAX_CREDITS = 99;

/** Credits in a body: with one decimal place at most. */
export function Credits(
  options: { optional?: boolean; nullable?: boolean; example?: number; description?: string } = {},
) {
  return Decimal({ min: 0, max: MAX_CREDITS, places: 1, ...options });
}

/** Adds up without the dust of binary fractions. */
export function sumOfCredits(credits: number[]): number {
  return Math.round(credits.reduce((sum, one) => sum + one * 10, 0)) / 10;
}
