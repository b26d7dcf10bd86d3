import { applyDecorators, Injectable, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Problem, type ProblemClass, type Texts } from '../../common/problems/problem.js';
import { bearerOf, flawOfBearer } from './bearer.js';
import { JwtStrategy } from './jwt.strategy.js';
import { TokenExpired, TokenInvalid, TokenMissing } from './sessions.errors.js';

const ACCESS = 'access';

/** Needs no account; a token that comes along still has to be good. */
export const Public = () =>
  applyDecorators(SetMetadata(ACCESS, 'public'), ApiExtension('x-access', 'public'), ApiBearerAuth());

/** Does not look at the Authorization header at all. */
export const IgnoresToken = () => applyDecorators(SetMetadata(ACCESS, 'none'), ApiExtension('x-access', 'none'));

/** Takes a good token and goes on without a bad or missing one: the route decides. */
export const AcceptsToken = () => applyDecorators(SetMetadata(ACCESS, 'lenient'), ApiExtension('x-access', 'lenient'));

/** Stands before every route: logged in unless the route says otherwise. */
@Injectable()
export class JwtGuard extends AuthGuard() {
  constructor(
    private readonly reflector: Reflector,
    strategy: JwtStrategy,
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
    return (await super.canActivate(context)) as boolean;
  }

  private async tryToken(context: ExecutionContext): Promise<boolean> {
    try {
      return (await super.canActivate(context)) as boolean;
    } catch (error) {
      if (isUnauthorized(error)) return true;
      throw error;
    }
  }

  override handleRequest<T>(error: unknown, user: T | false, info: unknown): T {
    if (user) return user;
    const refusal = error ?? info;
    if (isUnauthorized(refusal)) throw unauthorized(refusal.constructor as unknown as ProblemClass);
    if (error) throw error;
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
