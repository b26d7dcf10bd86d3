import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './tokens-in-http.js';

describe('a caller', () => {
  const request = { headers: {}, ip: '203.0.113.7' } as unknown as FastifyRequest;

  it.each([
    ['waits', { sent: false, raw: { destroyed: false } }, false],
    ['has been answered, as at the deadline', { sent: true, raw: { destroyed: false } }, true],
    ['has gone', { sent: false, raw: { destroyed: true } }, true],
  ])('that %s', (_, reply, isOver) => {
    expect(callerOf(request, reply as FastifyReply).isOver()).toBe(isOver);
  });
});
