import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ProblemClass } from '../problems/problem.js';

export interface RouteDocs {
  /** One line. */
  summary: string;
  description?: string;
  /** The status of success: 200 by default. */
  status?: number;
  /** The body of success; none for 204 and 202. */
  answer?: Type<unknown>;
  /** Its media type when it is a text and no JSON, instead of `answer`. */
  media?: string;
  /** Problems of this route, besides those of every route (bad input, no token, limits, the database away). */
  problems?: ProblemClass[];
  /** A POST that creates answers 201 with Location. */
  creates?: boolean;
  /** `false` for the few POSTs that take no Idempotency-Key: test/architecture has the list. */
  idempotencyKey?: false;
}

export const PROBLEMS_EXTENSION = 'x-problems';
export const CREATES_EXTENSION = 'x-creates';
export const WITHOUT_KEY_EXTENSION = 'x-without-key';

/** Documents a route and sets its status, so that the two cannot differ. */
export function Documented(route: RouteDocs): MethodDecorator {
  const status = route.creates ? 201 : (route.status ?? (route.answer || route.media ? 200 : 204));
  const content = route.media ? { [route.media]: { schema: { type: 'string' as const } } } : undefined;
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary: route.summary, description: route.description }),
    ApiResponse({ status, type: route.answer, content, description: status === 204 ? 'Done' : 'Success' }),
    ApiExtension(
      PROBLEMS_EXTENSION,
      (route.problems ?? []).map(({ code }) => code),
    ),
    ...(route.creates ? [ApiExtension(CREATES_EXTENSION, true)] : []),
    ...(route.idempotencyKey === false ? [ApiExtension(WITHOUT_KEY_EXTENSION, true)] : []),
  );
}
