import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Limit } from './limit.js';

export const LIMITS = 'limits';

/** In the OpenAPI document. */
export const LIMITS_EXTENSION = 'x-rate-limit';

/** Documents the limits of a route; those with `spentBy: 'guard'` are also enforced by it. */
export const Limited = (...limits: Limit[]): MethodDecorator =>
  applyDecorators(SetMetadata(LIMITS, limits), ApiExtension(LIMITS_EXTENSION, limits.map(documentedLimit)));

export function documentedLimit({ name, points, seconds, by, with: key, withHeader }: Limit): object {
  return { name, limit: points, seconds, by, ...(key ? { with: key } : {}), ...(withHeader ? { withHeader } : {}) };
}
