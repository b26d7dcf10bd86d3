import { dictionary } from '@zxcvbn-ts/language-common';
import { codePoints } from '../../common/text.js';
import { invalidField } from '../../common/http/validation.js';

const COMMON = new Set(dictionary['passwords-common'].filter((word) => word.length >= 8));

/**
 * Length is the DTO's matter; this refuses what a guesser tries first (NIST SP 800-63B, 5.1.1.2).
 *
 * @param pointer the field to blame, such as `#/password`
 * @throws InvalidInput with PASSWORD_COMMON or PASSWORD_CONTAINS_USERNAME
 */
export function checkPassword(password: string, username: string, pointer: string): void {
  const normal = password.normalize('NFC').toLowerCase();
  if (codePoints(normal) < 8) {
    throw invalidField(pointer, 'WRONG_LENGTH', 'must have 8 to 128 characters', '8자 이상 128자 이하여야 합니다');
  }
  if (COMMON.has(normal) || /^(.)\1+$/su.test(normal)) {
    throw invalidField(pointer, 'PASSWORD_COMMON', 'is one of the most common passwords', '너무 흔한 비밀번호입니다');
  }
  if (normal.includes(username.toLowerCase())) {
    throw invalidField(pointer, 'PASSWORD_CONTAINS_USERNAME', 'contains the username', '아이디가 들어 있습니다');
  }
}
