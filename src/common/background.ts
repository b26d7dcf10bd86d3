import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Tally } from './tally.js';

/** Work that goes on after the answer. The process waits for it before it stops. */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Background.name);
  private readonly underWay = new Set<Promise<void>>();
  readonly done = new Tally();
  readonly failed = new Tally();

  /**
   * Starts `work`. Its errors are logged.
   *
   * @param kind a word for the log and the metrics, of which there are few: it must not say whose work it is
   * @returns a promise that is fulfilled when the work is over, well or not
   */
  run(kind: string, work: () => Promise<void>): Promise<void> {
    const done = work()
      .then(
        () => this.done.add(kind),
        (error: Error) => {
          this.failed.add(kind);
          this.logger.error({ err: error, work: kind });
        },
      )
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    return done;
  }

  /** How many works are under way. */
  get count(): number {
    return this.underWay.size;
  }

  /** When all that is under way is over. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Before the database is let go of. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.settled();
  }
}
