import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue.module.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { TemporaryFiles } from './upload.js';

/**
 * How the university's catalogue comes in: imports and their reports, and all writing of the catalogue's own subjects
 * and lectures. Refuses to touch what members have registered and anybody's timetables: these see a lecture's revision.
 */
@Module({
  imports: [CatalogueModule],
  controllers: [ImportsController],
  providers: [ImportsService, TemporaryFiles],
  exports: [ImportsService],
})
export class CatalogueImportsModule {}
