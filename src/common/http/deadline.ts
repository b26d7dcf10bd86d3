import { Injectable, SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { throwError, timeout, type Observable } from 'rxjs';
import { Unavailable } from '../problems/general.errors.js';

/** Milliseconds from the arrival of a request to its answer, whatever happens. */
const DEADLINE = 5_000;

const OF_ROUTE = 'deadline';

/** Another deadline for a route, in milliseconds: for one whose body takes its time to arrive. */
export const Deadline = (milliseconds: number): MethodDecorator => SetMetadata(OF_ROUTE, milliseconds);

/** Answers 503 when a handler takes too long. Its transaction may still commit: the client learns that it may retry. */
@Injectable()
export class DeadlineInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const elapsed = context.switchToHttp().getResponse<FastifyReply>().elapsedTime;
    const deadline = (Reflect.getMetadata(OF_ROUTE, context.getHandler()) as number | undefined) ?? DEADLINE;
    return next.handle().pipe(timeout({ first: Math.max(1, deadline - elapsed), with: () => throwError(late) }));
  }
}

const late = () =>
  new Unavailable({
    headers: { 'Retry-After': '2' },
    detail: {
      en: 'The answer took too long and the outcome is unknown. A retry with the same Idempotency-Key is safe.',
      ko: '응답이 너무 오래 걸려 처리 결과를 알 수 없습니다. 같은 Idempotency-Key로 다시 시도하면 안전합니다.',
    },
  });
