import type { FastifyReply } from 'fastify';
import type { Limit, Spent } from './limit.js';

/**
 * `RateLimit-Policy` and `RateLimit` as structured fields (draft-ietf-httpapi-ratelimit-headers-10): the quota `q` of a
 * window of `w` seconds; `r` of it remain for the next `t` seconds.
 */
export const POLICY_HEADER = 'RateLimit-Policy';
export const STATE_HEADER = 'RateLimit';

export const policyOf = ({ name, points, seconds }: Limit): string => `"${name}";q=${points};w=${seconds}`;

export const stateOf = ({ name }: Limit, { remaining, milliseconds }: Spent): string =>
  `"${name}";r=${remaining};t=${secondsOf(milliseconds)}`;

/** Whole seconds, rounded up: after them a retry is allowed. */
export const secondsOf = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));

/** @param spent by the client itself; nothing when the service will count */
export function announce(reply: FastifyReply, limit: Limit, spent?: Spent): void {
  append(reply, POLICY_HEADER, policyOf(limit));
  if (spent) append(reply, STATE_HEADER, stateOf(limit, spent));
}

function append(reply: FastifyReply, name: string, item: string): void {
  reply.header(name, [reply.getHeader(name), item].filter(Boolean).join(', '));
}
