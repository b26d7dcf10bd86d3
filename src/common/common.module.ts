import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { Clock } from './clock.js';
import { Cursors } from './cursor.js';
import { Limits } from './limits/limits.js';
import { Reads } from './limits/reads.js';
import { SecurityEvents } from './security-events.js';

/** What every feature may use and none owns: the time, cursors, limits, work in the background. */
@Global()
@Module({
  providers: [Background, Clock, Cursors, Limits, Reads, SecurityEvents],
  exports: [Background, Clock, Cursors, Limits, Reads, SecurityEvents],
})
export class CommonModule {}
