import { ApiProperty } from '@nestjs/swagger';
import { Choice } from '../common/fields/choices.js';
import { EmailField, Text } from '../common/fields/texts.js';
import type { Role } from '../common/viewer.js';
import type { Account } from './account.entity.js';
import { NICKNAME } from './account-names.js';
import { PasswordField } from './passwords/password-field.js';
import { RefreshTokenIn, type TokenPlace } from './sessions/refresh-token-in.js';

export class AccountChanges {
  @Text({
    min: 2,
    max: 20,
    pattern: NICKNAME,
    patternTexts: {
      en: 'must hold letters, digits, "_", "-" and "."',
      ko: '글자, 숫자, "_", "-", "."만 쓸 수 있습니다',
    },
    optional: true,
    example: '민수',
  })
  nickname?: string;
}

export class LeaveBody {
  @PasswordField()
  password: string;

  @Choice({
    of: ['keep', 'remove'],
    description:
      '`keep` leaves posts and comments without their author. `remove` deletes those with a name at once, and each ' +
      'anonymous one at a random time within 72 hours',
  })
  content: 'keep' | 'remove';
}

export class EmailBody {
  @PasswordField()
  password: string;

  @EmailField()
  email: string;
}

export class SchoolEmailBody {
  @EmailField({ example: 'minsu@school.ac.kr' })
  email: string;
}

export class CodeBody {
  @Text({ max: 20, description: 'From the mail', example: '482913' })
  code: string;
}

export class PasswordBody {
  @PasswordField()
  currentPassword: string;

  @PasswordField({ min: 8 })
  newPassword: string;

  @RefreshTokenIn()
  refreshTokenIn?: TokenPlace;
}

/** One's own account. */
export class AccountView {
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;
  @ApiProperty({ example: 'minsu' })
  username: string;
  @ApiProperty({ example: '민수' })
  nickname: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Confirmed; `null` until then', example: null })
  email: string | null;
  @ApiProperty({ enum: ['member', 'moderator', 'admin'] })
  role: Role;
  @ApiProperty({ description: 'Whether the account counts as a verified student now' })
  verified: boolean;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, example: null })
  verifiedUntil: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

/** Anybody's account, as others see it. */
export class ProfileView {
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;
  @ApiProperty({ example: '민수' })
  nickname: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

/** An account's own view. */
export const VIEWED = ['id', 'username', 'nickname', 'email', 'role', 'verifiedUntil', 'createdAt'] as const;

export function accountView(account: Pick<Account, (typeof VIEWED)[number]>, now: Date): AccountView {
  return {
    id: account.id,
    username: account.username,
    nickname: account.nickname,
    email: account.email,
    role: account.role,
    verified: account.verifiedUntil !== null && account.verifiedUntil > now,
    verifiedUntil: account.verifiedUntil?.toISOString() ?? null,
    createdAt: account.createdAt.toISOString(),
  };
}

export function profileView(account: Pick<Account, 'id' | 'nickname' | 'createdAt'>): ProfileView {
  return { id: account.id, nickname: account.nickname, createdAt: account.createdAt.toISOString() };
}
