import { Module } from '@nestjs/common';
import { CatalogueImportsModule } from '../catalogue/imports/imports.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { Metrics } from './metrics.js';

/** Metrics of an instance. Owns no table; reads the counts of others, and has nothing about a person. */
@Module({ imports: [JobsModule, CatalogueImportsModule], providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}
