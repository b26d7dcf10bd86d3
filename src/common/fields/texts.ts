import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsString, ValidateBy } from 'class-validator';
import type { Texts } from '../problems/problem.js';
import { codePoints, isDisguised, UNSEEN } from '../text.js';
import { complain, document, listChecks, presence, type Common } from './field.js';

export interface TextOptions extends Common {
  /** In code points, after trimming. 1 by default; 0 allows the empty text. */
  min?: number;
  /** In code points, after trimming. */
  max: number;
  pattern?: RegExp;
  /** The pattern in words. */
  patternTexts?: Texts;
  /** false leaves the text exactly as it came, for passwords and tokens. NFC and trimmed by default. */
  normalise?: boolean;
  format?: string;
}

function inCodePoints(min: number, max: number, each = false): PropertyDecorator {
  const fits = (value: unknown): boolean => {
    // A megabyte is not worth counting.
    if (typeof value !== 'string' || value.length > max * 2) return false;
    const length = codePoints(value);
    return length >= min && length <= max;
  };
  const texts: Texts =
    min === max
      ? { en: `must have ${max} characters`, ko: `${max}자여야 합니다` }
      : min === 0
        ? { en: `must have at most ${max} characters`, ko: `${max}자 이하여야 합니다` }
        : { en: `must have ${min} to ${max} characters`, ko: `${min}자 이상 ${max}자 이하여야 합니다` };
  return ValidateBy(
    { name: 'inCodePoints', validator: { validate: fits } },
    complain('WRONG_LENGTH', texts.en, texts.ko, each),
  );
}

function matching(pattern: RegExp, texts: Texts, each = false): PropertyDecorator {
  return ValidateBy(
    { name: 'matching', validator: { validate: (value) => typeof value === 'string' && pattern.test(value) } },
    complain('WRONG_FORMAT', texts.en, texts.ko, each),
  );
}

/**
 * NFC and trimmed; empty when nothing would be visible. A text that is too long in any form is left as it is: one
 * character is at most four UTF-16 units when decomposed.
 */
function tidy(value: unknown, max: number): unknown {
  if (typeof value !== 'string' || value.length > max * 4) return value;
  return UNSEEN.test(value) ? '' : value.normalize('NFC').trim();
}

/** Validators of clients read `pattern` without the flag `u`, and fail on `\p{…}`. */
function documentedPattern(pattern: RegExp | undefined): object {
  return pattern?.unicode ? { 'x-pattern': pattern.source } : { pattern: pattern?.source };
}

function described(description: string | undefined, patternTexts: Texts): string {
  const form = `${patternTexts.en[0].toUpperCase()}${patternTexts.en.slice(1)}`;
  return description ? `${description}. ${form}` : form;
}

/** A JSON string. */
export function Text(options: TextOptions): PropertyDecorator {
  const { min = 1, max, pattern, normalise = true } = options;
  const texts = options.patternTexts ?? { en: 'has the wrong form', ko: '형식이 올바르지 않습니다' };
  return applyDecorators(
    document(
      { ...options, description: pattern?.unicode ? described(options.description, texts) : options.description },
      { type: 'string', minLength: min, maxLength: max, ...documentedPattern(pattern), format: options.format },
    ),
    ...presence(options),
    ...(normalise ? [Transform(({ value }) => tidy(value, max))] : []),
    IsString(complain('NOT_A_STRING', 'must be a string', '문자열이어야 합니다')),
    inCodePoints(min, max),
    ...(pattern ? [matching(pattern, texts)] : []),
  );
}

/**
 * A title or a name: one line, without control, bidi and invisible characters. In lists, mails and other people's pages
 * these would reverse or hide the text beside them.
 */
export function Line(options: TextOptions): PropertyDecorator {
  return applyDecorators(Text(options), plain());
}

/** As `Line`, for each of a list. */
export function LineList(options: TextOptions & { maxItems: number }): PropertyDecorator {
  return applyDecorators(TextList(options), plain(true));
}

function plain(each = false): PropertyDecorator {
  return ValidateBy(
    { name: 'plain', validator: { validate: (value) => typeof value === 'string' && !isDisguised(value) } },
    complain(
      'CONTROL_CHARACTER',
      'must be one line without control, bidi or invisible characters',
      '한 줄이어야 하며 제어 문자, 방향 문자, 보이지 않는 문자를 쓸 수 없습니다',
      each,
    ),
  );
}

/** A JSON array of strings, each within `max` code points. */
export function TextList(options: TextOptions & { maxItems: number }): PropertyDecorator {
  const { min = 1, max, maxItems } = options;
  return applyDecorators(
    document(options, { type: 'array', items: { type: 'string', minLength: min, maxLength: max }, maxItems }),
    ...presence(options),
    Transform(({ value }) => (Array.isArray(value) ? value.map((item) => tidy(item, max)) : value)),
    ...listChecks(0, maxItems),
    IsString(complain('NOT_A_STRING', 'must hold strings only', '문자열만 들어갈 수 있습니다', true)),
    inCodePoints(min, max, true),
  );
}

/**
 * An e-mail address as far as a server can judge it: one `@`, a domain with a dot, 254 octets at most (RFC 5321). ASCII
 * only: among all of Unicode two addresses can fold to one, and a reset would go to the look-alike.
 */
export function EmailField(options: Common = {}): PropertyDecorator {
  return Text({
    max: 254,
    pattern:
      /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
    patternTexts: { en: 'must be an e-mail address', ko: '이메일 주소여야 합니다' },
    format: 'email',
    example: 'minsu@example.com',
    ...options,
  });
}
