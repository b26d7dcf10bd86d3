import { Injectable } from '@nestjs/common';

/** The time, as one thing that a test can set. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** `now` plus `seconds`; negative for the past. */
  in(seconds: number): Date {
    return new Date(this.now().getTime() + seconds * 1000);
  }
}
