import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Levels of access; each has all rights of those before it. The order is the level. */
export const ACCESS = ['everyone', 'members', 'verified', 'staff'] as const;
export type Access = (typeof ACCESS)[number];

export type Role = 'member' | 'moderator' | 'admin';

/** The account of a request, from its session in the database. */
export interface Me {
  id: number;
  sessionId: number;
  username: string;
  role: Role;
  /** Index into ACCESS: 1 for any account, 2 for verified students, 3 for staff. */
  level: number;
}

/** The reader: an account, or `null` without one. */
export type Viewer = Me | null;

export function levelOf(viewer: Viewer): number {
  return viewer?.level ?? 0;
}

/** The account's id for a SQL parameter; 0, which no account has, for a viewer without one. */
export function idOf(viewer: Viewer): number {
  return viewer?.id ?? 0;
}

export function isStaff(viewer: Viewer): boolean {
  return levelOf(viewer) >= ACCESS.indexOf('staff');
}

export interface AuthenticatedRequest extends FastifyRequest {
  user?: Me | null;
}

/** The account that makes the request; on a `@Public()` route it may be `null` (declare it as `Viewer`). */
export const CurrentAccount = createParamDecorator(
  (_: unknown, context: ExecutionContext): Viewer =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().user ?? null,
);
