import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Text, type TextOptions } from '../../common/fields/texts.js';

const MAX_PASSWORD = 128;

/**
 * A password in a body, not trimmed. Counts characters in NFC, as the hash does: macOS may send `각` as three.
 *
 * @param options `min` is 8 for a new password, and left out for one that is only compared
 */
export function PasswordField(options: Pick<TextOptions, 'min' | 'example' | 'description'> = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) =>
      typeof value === 'string' && value.length <= MAX_PASSWORD * 4 ? value.normalize('NFC') : value,
    ),
    Text({ example: 'correct-horse-42', ...options, max: MAX_PASSWORD, normalise: false, format: 'password' }),
  );
}
