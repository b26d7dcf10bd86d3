import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

/** Work that goes on after the answer; before it stops, the process waits for what is under way. */
@Injectable()
export class Background implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Background.name);
  private readonly underWay = new Set<Promise<void>>();

  /**
   * Starts `work`. What goes wrong in it is logged, as nobody waits for it.
   *
   * @param name says in the log what failed
   * @returns a promise that is fulfilled when the work is over, well or not
   */
  run(name: string, work: () => Promise<void>): Promise<void> {
    const done = work()
      .catch((error: Error) => this.logger.error({ err: error, work: name }))
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    return done;
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
