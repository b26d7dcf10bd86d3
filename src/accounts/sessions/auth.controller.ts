import { Body, Controller, Delete, Get, Header, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../common/clock.js';
import { SentIdempotencyKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Limited } from '../../common/limits/limited.js';
import { Documented } from '../../common/openapi/documented.js';
import { PageQuery, type Page } from '../../common/pages.js';
import { CurrentAccount, type Me, type Viewer } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { PasswordChangedSince, UsernameTaken, WrongCode } from '../accounts.errors.js';
import { MAILS_TO_ADDRESS } from '../addresses/mail-codes.js';
import { PasswordResetService, RESET_MAILS, RESETS_TO_ADDRESS } from '../addresses/password-reset.service.js';
import { AuthService, RESETS, SIGN_UPS_BY_ADDRESS } from './auth.service.js';
import { AcceptsToken, IgnoresToken } from './jwt.guard.js';
import {
  FAILURES_BY_ADDRESS,
  FAILURES_BY_DEVICE,
  FAILURES_BY_NAME,
  FAILURES_BY_NAME_AND_ADDRESS,
  LOGINS_BY_NAME,
} from './login-limits.js';
import { clearRefreshCookie, refreshCookieOf } from './refresh-cookie.js';
import {
  LoginBody,
  LoginView,
  PasswordResetBody,
  PasswordResetConfirmBody,
  RefreshBody,
  RegisterBody,
  SessionPage,
  TokenPairView,
  type SessionView,
} from './sessions.dto.js';
import {
  OriginNotAllowed,
  RefreshCookieTwice,
  RefreshTokenInvalid,
  SessionNotFound,
  TokenMissing,
  WrongCredentials,
} from './sessions.errors.js';
import { REFRESHES, SessionsService } from './sessions.service.js';
import { callerOf, handOutTokens } from './tokens-in-http.js';

const LOGIN_LIMITS = [
  LOGINS_BY_NAME,
  FAILURES_BY_NAME_AND_ADDRESS,
  FAILURES_BY_ADDRESS,
  FAILURES_BY_NAME,
  FAILURES_BY_DEVICE,
];

@ApiTags('Accounts')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionsService,
    private readonly passwordReset: PasswordResetService,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  @Post('register')
  @Limited(
    SIGN_UPS_BY_ADDRESS,
    MAILS_TO_ADDRESS,
    // A retry checks the password as a log-in does.
    ...LOGIN_LIMITS.map((one) => ({ ...one, withHeader: 'Idempotency-Key' })),
  )
  @IgnoresToken()
  @Documented({
    summary: 'Register and log in',
    description:
      'The username is for logging in, and upper and lower case are the same. Others see the nickname. With `email`, a ' +
      'code is mailed to confirm the address. An Idempotency-Key is kept for one hour: a retry logs in, with a new ' +
      'session, and counts as a log-in; after a change of the password it is 409.',
    status: 201,
    answer: LoginView,
    problems: [UsernameTaken, PasswordChangedSince],
  })
  async register(
    @Body() body: RegisterBody,
    @SentIdempotencyKey() key: string | null,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginView> {
    const { account, pair, replayed } = await this.auth.register(body, callerOf(request, reply), key);
    if (replayed) void reply.header('Idempotency-Replayed', 'true');
    void reply.header('Location', `/api/v1/accounts/${account.id}`);
    return { account, ...handOutTokens(reply, pair, body.refreshTokenIn, this.config) };
  }

  @Post('login')
  @Limited(...LOGIN_LIMITS)
  @IgnoresToken()
  @Documented({
    summary: 'Log in',
    idempotencyKey: false,
    description:
      'An unknown name and a wrong password get one and the same answer. An account has at most 50 sessions: the ' +
      'oldest ends for a new one.',
    answer: LoginView,
    problems: [WrongCredentials],
  })
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginView> {
    const { account, pair } = await this.auth.login(body, callerOf(request, reply));
    return { account, ...handOutTokens(reply, pair, body.refreshTokenIn, this.config) };
  }

  @Post('refresh')
  @Limited(REFRESHES)
  @IgnoresToken()
  @Documented({
    summary: 'Get a new pair of tokens',
    idempotencyKey: false,
    description:
      'The refresh token is used up and replaced. When the answer gets lost, the same token may be sent again for ' +
      '60 s and gets the same successor. Any older one ends the session. A session ends 180 days after its log-in ' +
      'at the latest (`SESSION_MAX_DAYS`).',
    answer: TokenPairView,
    problems: [RefreshTokenInvalid, OriginNotAllowed, RefreshCookieTwice],
  })
  async refresh(
    @Body() body: RefreshBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenPairView> {
    const cookie =
      body.refreshToken === undefined ? refreshCookieOf(request, this.config, this.clock.now()) : undefined;
    const token = body.refreshToken ?? cookie;
    if (token === undefined) throw new RefreshTokenInvalid();
    const pair = await this.sessions.refresh(token);
    return handOutTokens(reply, pair, cookie === undefined ? 'body' : 'cookie', this.config);
  }

  @Post('logout')
  @AcceptsToken()
  @Documented({
    summary: 'Log out',
    idempotencyKey: false,
    description:
      'Both tokens of this session are dead at once. Where the access token has expired, the refresh token (in the ' +
      'body or the cookie) says which session it is.',
    problems: [TokenMissing, OriginNotAllowed, RefreshCookieTwice],
  })
  async logout(
    @CurrentAccount() viewer: Viewer,
    @Body() body: RefreshBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (viewer) await this.sessions.end(viewer.id, viewer.sessionId);
    else {
      const token = body.refreshToken ?? refreshCookieOf(request, this.config, this.clock.now());
      if (token === undefined || !(await this.sessions.endByRefreshToken(token))) throw new TokenMissing();
    }
    clearRefreshCookie(reply, this.config);
  }

  @Post('logout-all')
  @Documented({
    summary: 'Log out everywhere',
    description: 'Ends every session of the account, this one too. All access and refresh tokens stop working at once.',
    idempotencyKey: false,
  })
  async logoutAll(@CurrentAccount() me: Me, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.auth.logoutAll(me);
    clearRefreshCookie(reply, this.config);
  }

  @Get('sessions')
  @Header('Cache-Control', 'no-store')
  @Documented({
    summary: 'Where am I logged in, newest first',
    description:
      'Each with its device (`userAgent`), the network address it began from, and its last refresh. `current` marks this session.',
    answer: SessionPage,
  })
  listSessions(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<SessionView>> {
    return this.sessions.list(me, query);
  }

  @Delete('sessions/:id')
  @Documented({
    summary: 'End one session',
    description: 'The tokens of that device stop working at once. `GET /auth/sessions` has the ids.',
    problems: [SessionNotFound],
  })
  async endSession(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    if (!(await this.sessions.end(me.id, id))) throw new SessionNotFound();
  }

  @Post('password-reset')
  @Limited(RESETS_TO_ADDRESS, RESET_MAILS)
  @IgnoresToken()
  @Documented({
    summary: 'Ask for a password-reset mail',
    idempotencyKey: false,
    description: 'The answer is the same whether or not an account has confirmed this address.',
    status: 202,
  })
  askForReset(@Body() { email }: PasswordResetBody): void {
    this.passwordReset.sendToken(email);
  }

  @Post('password-reset/confirm')
  @Limited(RESETS)
  @IgnoresToken()
  @Documented({
    summary: 'Set a new password with the token from the mail',
    idempotencyKey: false,
    description: 'Ends every session of the account.',
    problems: [WrongCode],
  })
  async reset(
    @Body() { token, newPassword }: PasswordResetConfirmBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.auth.resetPassword(token, newPassword, callerOf(request, reply));
  }
}
