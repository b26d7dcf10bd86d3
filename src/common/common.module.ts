import { Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { Cursors } from './cursor.js';
import { Limits } from './limits/limits.js';

/** What every feature may use and none owns: the time, cursors, limits. */
@Global()
@Module({ providers: [Clock, Cursors, Limits], exports: [Clock, Cursors, Limits] })
export class CommonModule {}
