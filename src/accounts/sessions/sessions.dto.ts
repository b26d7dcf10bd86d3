import { ApiProperty } from '@nestjs/swagger';
import { Choice, EmailField, Text } from '../../common/fields.js';
import { pageViewOf } from '../../common/pages.js';
import { NICKNAME, USERNAME } from '../account-names.js';
import { AccountView } from '../accounts.dto.js';
import type { Session } from './session.entity.js';
import type { TokenPair } from './sessions.service.js';

const IN = ['body', 'cookie'] as const;

export class LoginBody {
  @Text({ max: 20, example: 'minsu' })
  username: string;

  @Text({ min: 1, max: 128, normalise: false, example: 'correct-horse-42' })
  password: string;

  @Choice({ of: IN, optional: true, description: 'Where the refresh token goes: `cookie` for browsers' })
  refreshTokenIn?: (typeof IN)[number];
}

export class RegisterBody {
  @Text({
    min: 3,
    max: 20,
    pattern: USERNAME,
    patternTexts: {
      en: 'must start with a letter and hold letters, digits, "_" and "." only',
      ko: '영문자로 시작하고 영문자, 숫자, "_", "."만 쓸 수 있습니다',
    },
    description: 'What one logs in with. Upper and lower case are the same name',
    example: 'minsu',
  })
  username: string;

  @Text({
    min: 8,
    max: 128,
    normalise: false,
    description: 'Every character counts; common ones and those that contain the username are refused',
    example: 'correct-horse-42',
  })
  password: string;

  @Text({
    min: 2,
    max: 20,
    pattern: NICKNAME,
    patternTexts: {
      en: 'must hold letters, digits, "_", "-" and "."',
      ko: '글자, 숫자, "_", "-", "."만 쓸 수 있습니다',
    },
    description: 'What others see',
    example: '민수',
  })
  nickname: string;

  @EmailField({ optional: true, description: 'A code is mailed there to confirm it' })
  email?: string;

  @Choice({ of: IN, optional: true, description: 'Where the refresh token goes: `cookie` for browsers' })
  refreshTokenIn?: (typeof IN)[number];
}

export class RefreshBody {
  @Text({ max: 100, normalise: false, optional: true, description: 'Not needed where the cookie is sent' })
  refreshToken?: string;
}

export class PasswordResetBody {
  @EmailField()
  email: string;
}

export class PasswordResetConfirmBody {
  @Text({ max: 100, normalise: false, description: 'From the mail' })
  token: string;

  @Text({ min: 8, max: 128, normalise: false, example: 'new-correct-horse-43' })
  newPassword: string;
}

export class TokenPairView {
  @ApiProperty({ description: 'A JWT: send it as `Authorization: Bearer …`' })
  accessToken: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Opaque; `null` when it went into the cookie' })
  refreshToken: string | null;
  @ApiProperty({ enum: ['Bearer'] })
  tokenType: 'Bearer';
  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires', example: 900 })
  expiresIn: number;
}

export class LoginView extends TokenPairView {
  @ApiProperty({ type: AccountView })
  account: AccountView;
}

export class SessionView {
  @ApiProperty({ type: 'integer' })
  id: number;
  @ApiProperty({ description: 'The session of this very request' })
  current: boolean;
  @ApiProperty({ example: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)' })
  userAgent: string;
  @ApiProperty({ description: 'The network address it was begun from', example: '203.0.113.7' })
  address: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ format: 'date-time' })
  lastRefreshedAt: string;
  @ApiProperty({ format: 'date-time' })
  expiresAt: string;
}

export class SessionPage extends pageViewOf(SessionView) {}

export function tokenPairView(pair: TokenPair, inCookie: boolean): TokenPairView {
  return {
    accessToken: pair.accessToken,
    refreshToken: inCookie ? null : pair.refreshToken,
    tokenType: 'Bearer',
    expiresIn: pair.expiresIn,
  };
}

export function sessionView(session: Session, currentId: number): SessionView {
  return {
    id: session.id,
    current: session.id === currentId,
    userAgent: session.userAgent,
    address: session.address,
    createdAt: session.createdAt.toISOString(),
    lastRefreshedAt: session.rotatedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  };
}
