import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { announce } from '../../common/limits/headers.js';
import type { Limit } from '../../common/limits/limit.js';
import { LIMITS } from '../../common/limits/limited.js';
import { Limits } from '../../common/limits/limits.js';
import { Reads } from '../../common/limits/reads.js';
import { networkOf } from '../../common/network.js';
import { Problem } from '../../common/problems/problem.js';
import type { AuthenticatedRequest } from '../../common/viewer.js';
import { JwtGuard } from './jwt.guard.js';

/** Runs before every route: authenticates the request, then spends the limits. */
@Injectable()
export class EntryGuard implements CanActivate {
  constructor(
    private readonly jwt: JwtGuard,
    private readonly reads: Reads,
    private readonly limits: Limits,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<AuthenticatedRequest>(), http.getResponse<FastifyReply>()];
    try {
      await this.jwt.canActivate(context);
    } catch (error) {
      // Otherwise requests with an invalid token would have no limit.
      if (error instanceof Problem && error.status === 401) this.reads.spend(request, reply, null);
      throw error;
    }
    this.reads.spend(request, reply, request.user ?? null);
    const ofRoute = this.reflector.get<Limit[] | undefined>(LIMITS, context.getHandler()) ?? [];
    for (const one of ofRoute) await this.spend(one, request, reply);
    return true;
  }

  private async spend(one: Limit, request: AuthenticatedRequest, reply: FastifyReply): Promise<void> {
    if (!this.limits.enabled || !canCount(one, request)) return;
    if (one.spentBy !== 'guard') return announce(reply, one);
    const key = keyOf(one, request);
    if (key === undefined) return;
    const spent = await this.limits.spend(one, key);
    // Everybody in a network shares its count. The remaining number would show when somebody else searches.
    announce(reply, one, request.user ? spent : undefined);
  }
}

/** The key that the guard counts; `undefined` where the limit does not apply to the request. */
function keyOf({ by }: Limit, { user, ip }: AuthenticatedRequest): string | number | undefined {
  if (by[0] === 'account') return user?.id;
  return user ? undefined : networkOf(ip);
}

function canCount({ with: key, withHeader }: Limit, { query, headers }: AuthenticatedRequest): boolean {
  if (withHeader !== undefined && headers[withHeader.toLowerCase()] === undefined) return false;
  return key === undefined || has(query, key);
}

function has(query: unknown, key: string): boolean {
  const value = (query as Record<string, unknown>)[key];
  return value !== undefined && value !== '';
}
