import { ApiProperty } from '@nestjs/swagger';
import { EmailField, Text } from '../../common/fields/texts.js';
import { pageViewOf } from '../../common/pages.js';
import { NICKNAME, USERNAME } from '../account-names.js';
import { AccountView } from '../accounts.dto.js';
import { PasswordField } from '../passwords/password-field.js';
import { RefreshTokenIn, type TokenPlace } from './refresh-token-in.js';
import type { ListedSession, TokenPair } from './sessions.service.js';

export class LoginBody {
  @Text({ max: 20, example: 'minsu' })
  username: string;

  // The demo account's: Execute on /docs logs in.
  @PasswordField({ example: 'spring-campus-42' })
  password: string;

  @RefreshTokenIn()
  refreshTokenIn?: TokenPlace;
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
    description: 'The name for log-in. Upper and lower case are the same name',
    example: 'minsu',
  })
  username: string;

  @PasswordField({
    min: 8,
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
    description: 'The name that others see',
    example: '민수',
  })
  nickname: string;

  @EmailField({ optional: true, description: 'A code is mailed there to confirm it' })
  email?: string;

  @RefreshTokenIn()
  refreshTokenIn?: TokenPlace;
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
  @Text({ max: 100, normalise: false, description: 'From the mail', example: '7-VqXh4rPz0yqR1kT2mW8nEw' })
  token: string;

  @PasswordField({ min: 8, example: 'new-correct-horse-43' })
  newPassword: string;
}

export class TokenPairView {
  @ApiProperty({
    description: 'A JWT: send it as `Authorization: Bearer …`',
    example: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl',
  })
  accessToken: string;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Opaque; `null` when it went into the cookie',
    example: 'mr7.0.b3BhcXVlLW9wYXF1ZS1vcGFxdWUtb3BhcXVlLW9wYXF1ZS1vcGFxdWUtb3Bh',
  })
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

export function sessionView(session: ListedSession, currentId: number): SessionView {
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
