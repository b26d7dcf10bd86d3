import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { Clock } from './clock.js';
import { Cursors } from './cursor.js';
import { Limits } from './limits/limits.js';
import { Reads } from './limits/reads.js';

/** What every feature may use and none owns: the time, cursors, limits, work in the background. */
@Global()
@Module({
  providers: [Background, Clock, Cursors, Limits, Reads],
  exports: [Background, Clock, Cursors, Limits, Reads],
})
export class CommonModule {}
