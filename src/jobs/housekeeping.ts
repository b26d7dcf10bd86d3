import { Injectable } from '@nestjs/common';
import { DelayedRemovals } from '../accounts/leaving/delayed-removals.js';
import { LeavingService } from '../accounts/leaving/leaving.service.js';
import { SessionsService } from '../accounts/sessions/sessions.service.js';
import { Idempotency } from '../common/idempotency/idempotency.js';
import { AudienceService } from '../posts/audience.service.js';
import { JobItems } from './job-items.js';

/** A job with its interval. */
export interface Job {
  /** Of its row; at most 40 letters. */
  name: string;
  everySeconds: number;
  /** May be stopped at any point, and may run on two instances at once. */
  run(signal: AbortSignal): Promise<void>;
}

/** The jobs that delete anonymous items of accounts that left, by feature. */
const REMOVALS = [
  ['remove-posts', 'posts'],
  ['remove-comments', 'comments'],
] as const;

/** Jobs that delete expired rows and finish the work of crashed processes. */
@Injectable()
export class Housekeeping {
  readonly jobs: readonly Job[];

  constructor(
    idempotency: Idempotency,
    sessions: SessionsService,
    leaving: LeavingService,
    removals: DelayedRemovals,
    audience: AudienceService,
    items: JobItems,
  ) {
    this.jobs = [
      {
        name: 'forget-idempotency-keys',
        everySeconds: 600,
        run: (signal) => inBatches(() => idempotency.forgetOld(), signal),
      },
      {
        name: 'forget-sessions',
        everySeconds: 600,
        run: (signal) => inBatches(() => sessions.forgetExpired(), signal),
      },
      {
        name: 'finish-leaving',
        everySeconds: 60,
        run: async (signal) => {
          const forgotten = await leaving.forgotten();
          await items.each('finish-leaving', forgotten, (account) => leaving.finish(account), signal);
        },
      },
      ...REMOVALS.map(([name, holder]) => ({
        name,
        everySeconds: 60,
        run: async (signal: AbortSignal) => {
          await items.each(name, await removals.due(holder), ({ id }) => removals.remove(holder, id), signal);
        },
      })),
      {
        name: 'follow-boards',
        everySeconds: 60,
        run: async (signal) => {
          await items.each('follow-boards', await audience.stale(), ({ id }) => audience.follow(id), signal);
        },
      },
    ];
  }
}

/** @param batch says how many rows it has removed */
async function inBatches(batch: () => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await batch()) > 0);
}
