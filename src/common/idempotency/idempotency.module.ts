import { Global, Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';

/** Owns the answers that a retried POST gets again, for a day. Independent of the features. */
@Global()
@Module({
  providers: [Idempotency],
  exports: [Idempotency],
})
export class IdempotencyModule {}
