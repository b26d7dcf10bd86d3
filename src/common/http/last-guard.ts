import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UNKNOWN_KEY } from '../fields/field.js';
import { InvalidInput } from '../problems/general.errors.js';
import type { InputError } from '../problems/problem.js';
import { RequestIsOver } from '../problems/request-is-over.js';

/**
 * Runs after all other guards. Refuses bodies and queries on routes that declare none: a DTO refuses unknown keys only
 * where there is a DTO. Not an interceptor: with one, Nest wraps the result of every handler in observables.
 */
export class LastGuard implements CanActivate {
  private readonly declared = new WeakMap<object, { body: boolean; query: boolean }>();

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    // The other guards took longer than the deadline: do not begin the work.
    if (http.getResponse<FastifyReply>().sent) throw new RequestIsOver();
    const { body, query } = this.declaredBy(context);
    const request = http.getRequest<FastifyRequest>();
    const errors = [
      ...(query ? [] : unknownKeys(request.query, '?')),
      ...(body ? [] : unknownKeys(request.body, '#/')),
    ];
    if (errors.length > 0) throw new InvalidInput({ errors });
    return true;
  }

  private declaredBy(context: ExecutionContext): { body: boolean; query: boolean } {
    const handler = context.getHandler();
    const known = this.declared.get(handler);
    if (known) return known;
    const parameters: object = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ?? {};
    const types = Object.keys(parameters).map((key) => Number(key.split(':')[0]));
    const declared = { body: types.includes(RouteParamtypes.BODY), query: types.includes(RouteParamtypes.QUERY) };
    this.declared.set(handler, declared);
    return declared;
  }
}

function unknownKeys(input: unknown, root: '?' | '#/'): InputError[] {
  if (input === undefined || input === null) return [];
  const keys = typeof input === 'object' ? Object.keys(input) : ['value'];
  return keys.slice(0, 50).map((key) => ({
    pointer: `${root}${key.toWellFormed().slice(0, 100)}`,
    ...UNKNOWN_KEY,
  }));
}
