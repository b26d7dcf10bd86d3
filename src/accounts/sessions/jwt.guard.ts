import { applyDecorators, Injectable, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Problem, type ProblemClass, type Texts } from '../../common/problems/problem.js';
import { bearerOf, flawOfBearer } from './bearer.js';
import { JwtStrategy } from './jwt.strategy.js';
import { TokenExpired, TokenInvalid, TokenMissing } from './sessions.errors.js';
import type { AuthenticatedRequest } from '../../common/viewer.js';
import { noteOutcome } from '../../database/mysql-errors.js';

const ACCESS = 'access';

/** Needs no token, but refuses an invalid one. */
export const Public = () =>
  applyDecorators(SetMetadata(ACCESS, 'public'), ApiExtension('x-access', 'public'), ApiBearerAuth());

/** Ignores the Authorization header. */
export const IgnoresToken = () => applyDecorators(SetMetadata(ACCESS, 'none'), ApiExtension('x-access', 'none'));

/** Treats an invalid token like a missing one: the route decides. */
export const AcceptsToken = () => applyDecorators(SetMetadata(ACCESS, 'lenient'), ApiExtension('x-access', 'lenient'));

/** Requires a valid access token, unless a decorator of the route says otherwise. */
@Injectable()
export class JwtGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    private readonly strategy: JwtStrategy,
  ) {
    super({ defaultStrategy: strategy.id });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<string | undefined>(ACCESS, context.getHandler());
    if (access === 'none') return true;
    if (access === 'lenient') return this.tryToken(context);
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (access === 'public' && authorization === undefined) return true;
    if (authorization === undefined) throw unauthorized(TokenMissing);
    if (bearerOf(authorization) === null) throw unauthorized(TokenInvalid, flawOfBearer(authorization));
    return this.authenticate(context);
  }

  /** passport verifies a token once. After that only its session is asked for. */
  private async authenticate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const token = bearerOf(request.headers.authorization);
    try {
      const me = token === null ? undefined : await this.strategy.validateAgain(token);
      if (!me) return (await super.canActivate(context)) as boolean;
      request.user = me;
      return true;
    } catch (error) {
      return this.handleRequest<never>(error, false, undefined);
    }
  }

  private async tryToken(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.authenticate(context);
    } catch (error) {
      if (isUnauthorized(error)) return true;
      throw error;
    }
  }

  override handleRequest<T>(error: unknown, user: T | false, info: unknown): T {
    if (user) return user;
    const refusal = error ?? info;
    if (isUnauthorized(refusal)) throw unauthorized(refusal.constructor as unknown as ProblemClass);
    if (error) {
      // A guard comes before the work of the route.
      noteOutcome(error, 'not started');
      throw error;
    }
    throw unauthorized((info as Error | undefined)?.name === 'TokenExpiredError' ? TokenExpired : TokenInvalid);
  }
}

function isUnauthorized(error: unknown): error is Problem {
  return error instanceof Problem && error.status === 401;
}

function unauthorized(problem: ProblemClass, detail?: Texts): Problem {
  const error = problem === TokenMissing ? '' : ' error="invalid_token"';
  return new problem({ headers: { 'WWW-Authenticate': `Bearer${error}` }, detail });
}
