import { Body, Controller, Delete, Get, Header, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answer, IfMatch, type ExpectedVersion } from '../common/http/answer.js';
import { CostlyAnswers } from '../common/http/costly-answers.js';
import { Once, type OnceKey } from '../common/idempotency/idempotency.js';
import { Id } from '../common/ids.js';
import { Limited } from '../common/limits/limited.js';
import { networkOf } from '../common/network.js';
import { Documented } from '../common/openapi/documented.js';
import { EditConflict } from '../common/problems/general.errors.js';
import { CurrentAccount, type Me } from '../common/viewer.js';
import { Config } from '../config/config.js';
import {
  AccountChanges,
  AccountView,
  CodeBody,
  EmailBody,
  LeaveBody,
  PasswordBody,
  ProfileView,
  SchoolEmailBody,
} from './accounts.dto.js';
import {
  AccountNotFound,
  LastAdminCannotLeave,
  SchoolDomainNotAllowed,
  WrongCode,
  WrongPassword,
} from './accounts.errors.js';
import { AccountsService } from './accounts.service.js';
import { EmailConfirmationService } from './addresses/email-confirmation.service.js';
import { GUESSES_BY_ADDRESS, GUESSES_BY_NETWORK, MAILS_BY_ACCOUNT, MAILS_TO_ADDRESS } from './addresses/mail-codes.js';
import { StudentVerificationService } from './addresses/student-verification.service.js';
import { ExportView } from './leaving/export.dto.js';
import { EXPORTS, LeavingService } from './leaving/leaving.service.js';
import { AuthService, PASSWORD_ATTEMPTS } from './sessions/auth.service.js';
import { clearRefreshCookie } from './sessions/refresh-cookie.js';
import { TokenPairView } from './sessions/sessions.dto.js';
import { callerOf, handOutTokens } from './sessions/tokens-in-http.js';

@ApiTags('Accounts')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly auth: AuthService,
    private readonly emailConfirmation: EmailConfirmationService,
    private readonly studentVerification: StudentVerificationService,
    private readonly leaving: LeavingService,
    private readonly config: Config,
    private readonly costly: CostlyAnswers,
  ) {}

  @Get('me')
  @Documented({
    summary: 'My account',
    description: 'The account of the access token, with role and state of verification. `ETag` is for `PATCH`.',
    answer: AccountView,
  })
  async me(@CurrentAccount() me: Me): Promise<Answer> {
    return Answer.one(await this.accounts.me(me));
  }

  @Patch('me')
  @Documented({
    summary: 'Change my nickname',
    description:
      'The new nickname shows on everything written by name. The username stays. Anonymous posts and comments stay anonymous.',
    answer: AccountView,
    problems: [EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Body() changes: AccountChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.accounts.change(me, changes, expected));
  }

  @Delete('me')
  @Limited(PASSWORD_ATTEMPTS)
  @Documented({
    summary: 'Leave',
    description:
      'The account is gone at once, with its sessions and its mail address; friends, timetables and scraps follow. ' +
      'Views and likes stay counted, without the account. Cannot be undone.',
    problems: [WrongPassword, LastAdminCannotLeave],
  })
  async leave(
    @CurrentAccount() me: Me,
    @Body() { password, content }: LeaveBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.auth.confirmPassword(me, password, callerOf(request, reply));
    await this.leaving.leave(me, content);
    clearRefreshCookie(reply, this.config);
  }

  @Get('me/export')
  @Header('Cache-Control', 'no-store')
  @Limited(EXPORTS)
  @Documented({
    summary: 'Everything that is stored about me',
    description:
      'One JSON object with a key for each feature: account, sessions, posts, comments, likes, scraps, timetables, friends.',
    answer: ExportView,
  })
  export(@CurrentAccount() me: Me): Promise<ExportView> {
    return this.costly.make(() => this.leaving.export(me));
  }

  @Put('me/email')
  @Limited(PASSWORD_ATTEMPTS, MAILS_BY_ACCOUNT, MAILS_TO_ADDRESS)
  @Documented({
    summary: 'Ask to confirm a mail address',
    description: 'A code is mailed there. An address that somebody else has confirmed gets the same answer.',
    status: 202,
    problems: [WrongPassword],
  })
  async setEmail(
    @CurrentAccount() me: Me,
    @Body() { password, email }: EmailBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.auth.confirmPassword(me, password, callerOf(request, reply));
    await this.emailConfirmation.sendCode(me.id, email);
  }

  @Post('me/email/confirm')
  @Limited(GUESSES_BY_ADDRESS, GUESSES_BY_NETWORK)
  @Documented({
    summary: 'Confirm the mail address',
    description: 'Send the code from the mail. Codes expire, and a few wrong ones end a code: then ask for another.',
    answer: AccountView,
    problems: [WrongCode],
  })
  async confirmEmail(
    @CurrentAccount() me: Me,
    @Body() { code }: CodeBody,
    @Once() once: OnceKey | null,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.emailConfirmation.confirm(me.id, code, networkOf(request.ip), once);
    return Answer.one(await this.accounts.me(me));
  }

  @Put('me/password')
  @Limited(PASSWORD_ATTEMPTS)
  @Documented({
    summary: 'Change my password',
    description: 'All other sessions end; this device gets a new pair of tokens.',
    answer: TokenPairView,
    problems: [WrongPassword],
  })
  async changePassword(
    @CurrentAccount() me: Me,
    @Body() body: PasswordBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenPairView> {
    const caller = callerOf(request, reply);
    const pair = await this.auth.changePassword(me, body.currentPassword, body.newPassword, caller);
    return handOutTokens(reply, pair, body.refreshTokenIn, this.config);
  }

  @Post('me/school-email')
  @Limited(MAILS_BY_ACCOUNT, MAILS_TO_ADDRESS)
  @Documented({
    summary: 'Ask to be verified as a student',
    description: 'A code is mailed to the address, which has to be of an allowed school domain.',
    status: 202,
    problems: [SchoolDomainNotAllowed],
  })
  async askToVerify(
    @CurrentAccount() me: Me,
    @Body() { email }: SchoolEmailBody,
    @Once() once: OnceKey | null,
  ): Promise<void> {
    await this.studentVerification.sendCode(me.id, email, once);
  }

  @Post('me/school-email/confirm')
  @Limited(GUESSES_BY_ADDRESS, GUESSES_BY_NETWORK)
  @Documented({
    summary: 'Become a verified student',
    description: 'Send the code from the mail to the school address. Boards for verified students then open.',
    answer: AccountView,
    problems: [WrongCode],
  })
  async verify(
    @CurrentAccount() me: Me,
    @Body() { code }: CodeBody,
    @Once() once: OnceKey | null,
    @Req() request: FastifyRequest,
  ): Promise<Answer> {
    await this.studentVerification.confirm(me.id, code, networkOf(request.ip), once);
    return Answer.one(await this.accounts.me(me));
  }

  @Get(':id')
  @Documented({
    summary: 'A public profile',
    description:
      'The public part of an account: nickname and date of registration. Posts by name are at `GET /posts?author=`.',
    answer: ProfileView,
    problems: [AccountNotFound],
  })
  profile(@Id() id: number): Promise<ProfileView> {
    return this.accounts.profile(id);
  }
}
