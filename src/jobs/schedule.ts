import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Jobs } from './jobs.js';

/** Milliseconds between two checks for jobs that are due. */
const LOOK_EVERY = 15_000;

/** The clock of the jobs. */
@Injectable()
export class Schedule {
  private readonly logger = new Logger(Schedule.name);
  private underWay = false;

  constructor(private readonly jobs: Jobs) {}

  @Interval(LOOK_EVERY)
  async look(): Promise<void> {
    if (this.underWay) return;
    this.underWay = true;
    try {
      await this.jobs.runDue();
    } catch (error) {
      this.logger.warn({ err: error });
    } finally {
      this.underWay = false;
    }
  }
}
