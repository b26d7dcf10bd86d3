import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { Clock } from './clock.js';
import { Cursors } from './cursor.js';
import { CostlyAnswers } from './http/costly-answers.js';
import { Shedder } from './http/shedder.js';
import { Limits } from './limits/limits.js';
import { Reads } from './limits/reads.js';
import { SecurityEvents } from './security-events.js';

const SHARED = [Background, Clock, CostlyAnswers, Cursors, Limits, Reads, SecurityEvents, Shedder];

/** Shared by all features, owned by none: the time, cursors, limits, work in the background. */
@Global()
@Module({ providers: SHARED, exports: SHARED })
export class CommonModule {}
