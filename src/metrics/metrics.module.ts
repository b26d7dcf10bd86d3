import { Module } from '@nestjs/common';
import { CatalogueImportsModule } from '../catalogue/imports/imports.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { Metrics } from './metrics.js';

/** What operators see of an instance. Owns no table; reads what others counted, and tells nothing about a person. */
@Module({ imports: [JobsModule, CatalogueImportsModule], providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}
