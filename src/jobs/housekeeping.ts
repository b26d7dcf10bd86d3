import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { SessionsService } from '../accounts/sessions/sessions.service.js';
import { Idempotency } from '../common/idempotency/idempotency.js';

const EVERY = 10 * 60 * 1000;

/** Forgets what has expired. Any number of instances may do it at once: each deletes other rows. */
@Injectable()
export class Housekeeping {
  private readonly logger = new Logger(Housekeeping.name);

  constructor(
    private readonly idempotency: Idempotency,
    private readonly sessions: SessionsService,
  ) {}

  @Interval(EVERY)
  async tidy(): Promise<void> {
    try {
      while ((await this.idempotency.forgetOld()) > 0);
      while ((await this.sessions.forgetExpired()) > 0);
    } catch (error) {
      this.logger.warn({ err: error });
    }
  }
}
