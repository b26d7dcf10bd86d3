import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { EmailConfirmationService } from './addresses/email-confirmation.service.js';
import { MailCodes } from './addresses/mail-codes.js';
import { PasswordResetService } from './addresses/password-reset.service.js';
import { StudentVerificationService } from './addresses/student-verification.service.js';
import { DelayedRemovals } from './leaving/delayed-removals.js';
import { LeavingService } from './leaving/leaving.service.js';
import { PersonalData } from './leaving/personal-data.js';
import { Passwords } from './passwords/passwords.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { AuthController } from './sessions/auth.controller.js';
import { AuthService } from './sessions/auth.service.js';
import { EntryGuard } from './sessions/entry.guard.js';
import { JwtGuard } from './sessions/jwt.guard.js';
import { JwtStrategy } from './sessions/jwt.strategy.js';
import { LoginLimits } from './sessions/login-limits.js';
import { RegistrationKeys } from './sessions/registration-keys.js';
import { RefreshTokens } from './sessions/refresh-tokens.js';
import { SessionsService } from './sessions/sessions.service.js';

/**
 * Owns accounts, passwords, sessions, confirmed addresses and leaving. `EntryGuard` runs before every route of every
 * feature. Features that keep personal data register with `PersonalData`.
 */
@Module({
  imports: [PassportModule, JwtModule.register({})],
  controllers: [AuthController, AccountsController],
  providers: [
    AccountsService,
    MailCodes,
    EmailConfirmationService,
    StudentVerificationService,
    PasswordResetService,
    AuthService,
    LoginLimits,
    AccessTokens,
    RefreshTokens,
    RegistrationKeys,
    SessionsService,
    Passwords,
    PersonalData,
    LeavingService,
    DelayedRemovals,
    JwtStrategy,
    JwtGuard,
    { provide: APP_GUARD, useClass: EntryGuard },
  ],
  exports: [AccountsService, SessionsService, LeavingService, PersonalData, DelayedRemovals],
})
export class AccountsModule {}
