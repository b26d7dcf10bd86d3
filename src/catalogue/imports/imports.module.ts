import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue.module.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { TemporaryFiles } from './upload.js';

/**
 * Imports of the university's catalogue and their reports. Only they write the catalogue's own subjects and lectures.
 * They change neither members' lectures nor timetables: those see a lecture's revision.
 */
@Module({
  imports: [CatalogueModule],
  controllers: [ImportsController],
  providers: [ImportsService, TemporaryFiles],
  exports: [ImportsService],
})
export class CatalogueImportsModule {}
