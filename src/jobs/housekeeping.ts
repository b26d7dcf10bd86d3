import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LeavingService } from '../accounts/leaving/leaving.service.js';
import { SessionsService } from '../accounts/sessions/sessions.service.js';
import { AudienceService } from '../posts/audience.service.js';
import { Idempotency } from '../common/idempotency/idempotency.js';

const EVERY = 10 * 60 * 1000;

/** Forgets what has expired and finishes what a process that died left behind. Any number of instances may do it at once: each deletes other rows. */
@Injectable()
export class Housekeeping {
  private readonly logger = new Logger(Housekeeping.name);

  constructor(
    private readonly idempotency: Idempotency,
    private readonly sessions: SessionsService,
    private readonly leaving: LeavingService,
    private readonly audience: AudienceService,
  ) {}

  @Interval(EVERY)
  async tidy(): Promise<void> {
    try {
      while ((await this.idempotency.forgetOld()) > 0);
      while ((await this.sessions.forgetExpired()) > 0);
      await this.leaving.finishForgotten();
      await this.audience.followStale();
    } catch (error) {
      this.logger.warn({ err: error });
    }
  }
}
