import { dictionary } from '@zxcvbn-ts/language-common';
import { codePoints } from '../../common/text.js';
import { invalidField } from '../../common/http/validation.js';
import { mailboxOf } from '../addresses/email-address.js';
import { frequentPasswords } from './frequent-passwords.js';
import { koreanKeys } from './korean-keys.js';
import { isPattern } from './password-patterns.js';

const COMMON = new Set(dictionary['passwords-common'].filter((word) => word.length >= 8));
let frequent: Set<string> | undefined;

export interface PasswordOwner {
  username: string;
  nickname: string;
  /** May be unconfirmed. */
  email?: string | null;
}

/**
 * Refuses passwords that are guessed first (NIST SP 800-63B, 5.1.1.2). Only for new passwords: older ones stay valid
 * until they are changed. The DTO checks the maximum length.
 *
 * @param campusNames see CAMPUS_NAMES
 * @param pointer the field to blame, such as `#/password`
 * @throws InvalidInput with PASSWORD_COMMON, PASSWORD_CONTAINS_USERNAME or PASSWORD_CONTAINS_NAME
 */
export function checkPassword(
  password: string,
  owner: PasswordOwner,
  campusNames: readonly string[],
  pointer: string,
): void {
  if (codePoints(password.normalize('NFC')) < 8) {
    throw invalidField(pointer, 'WRONG_LENGTH', 'must have 8 to 128 characters', '8자 이상 128자 이하여야 합니다');
  }
  // Full-width letters equal plain ones for these checks only, not for the hash.
  const normal = password.normalize('NFKC').toLowerCase();
  if (isCommon(normal)) {
    throw invalidField(pointer, 'PASSWORD_COMMON', 'is one of the most common passwords', '너무 흔한 비밀번호입니다');
  }
  if (normal.includes(owner.username.toLowerCase())) {
    throw invalidField(pointer, 'PASSWORD_CONTAINS_USERNAME', 'contains the username', '아이디가 들어 있습니다');
  }
  const names = [owner.nickname, mailboxOf(owner.email ?? '').split('@')[0], ...campusNames];
  if (names.some((name) => containsName(normal, name))) {
    throw invalidField(
      pointer,
      'PASSWORD_CONTAINS_NAME',
      'contains the nickname, the mail address or the name of the campus',
      '닉네임, 이메일 주소 또는 학교 이름이 들어 있습니다',
    );
  }
}

function isCommon(normal: string): boolean {
  frequent ??= frequentPasswords(new Date().getUTCFullYear());
  const keys = koreanKeys(normal);
  return COMMON.has(keys) || frequent.has(keys) || isPattern(keys) || isPattern(normal);
}

/** Compares names by their keys, so that `민수` equals `alstn`, and without separators. */
function containsName(password: string, name: string): boolean {
  const [word, keys] = [name, password].map((text) => koreanKeys(text).replace(/[\s_.-]/g, ''));
  if (word === '' || !keys.includes(word)) return false;
  // A short name may occur by chance, but not as the only letters of the password.
  return word.length >= 4 || !/\p{L}/u.test(keys.replaceAll(word, ''));
}
