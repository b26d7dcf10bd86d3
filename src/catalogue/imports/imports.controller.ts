import { Controller, Get, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answer } from '../../common/http/answer.js';
import { AcceptsUpload } from '../../common/http/deadline.js';
import { REQUEST_TIMEOUT } from '../../common/http/fastify.js';
import { Once, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Documented } from '../../common/openapi/documented.js';
import { PageQuery, type Page } from '../../common/pages.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { AdminsOnly, SemesterNotFound } from '../catalogue.errors.js';
import { ImportPage, ImportView, type ImportSummaryView } from './imports.dto.js';
import { ImportNotFound, TooManyImports, UploadsUnavailable } from './imports.errors.js';
import { ImportsService } from './imports.service.js';
import { MAX_FILE_BYTES } from './upload.js';

const FORM = {
  type: 'object',
  required: ['file', 'semester'],
  properties: {
    file: { type: 'string', format: 'binary', description: `At most ${MAX_FILE_BYTES / 1024 / 1024} MiB` },
    semester: { type: 'string', example: '2026-autumn', description: 'A year and a term, or the id of the semester' },
    format: { type: 'string', maxLength: 20, example: 'csv', description: 'Recognised by the content by default' },
    dryRun: { type: 'boolean', default: false, description: 'Only report the changes, without making them' },
    force: {
      type: 'boolean',
      default: false,
      description: 'Also when more than 10 % of the lectures would vanish or lose their times',
    },
    strict: { type: 'boolean', default: false, description: 'Change nothing when there is a bad row' },
  },
  additionalProperties: false,
};

@ApiTags('Catalogue')
@Controller('catalogue/imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  // The file has to arrive first.
  @AcceptsUpload(REQUEST_TIMEOUT + 5_000)
  @ApiConsumes('multipart/form-data')
  @ApiBody({ required: true, schema: FORM as never })
  @Documented({
    summary: "Update a semester's lectures from a file (admins)",
    description:
      'A form with one file of the university; docs/catalogue.md has the formats. It goes on after the answer: `Location` ' +
      'says where to look. Importing the same file again changes nothing.',
    status: 202,
    answer: ImportView,
    problems: [AdminsOnly, TooManyImports, SemesterNotFound, UploadsUnavailable],
  })
  async start(@CurrentAccount() me: Me, @Req() request: FastifyRequest, @Once() once: OnceKey | null): Promise<Answer> {
    const started = await this.imports.start(me, request, once);
    return Answer.accepted(`/api/v1/catalogue/imports/${started.id}`, started);
  }

  @Get()
  @Documented({
    summary: 'The imports, the newest first (admins)',
    description: 'Each with its state and progress. The report is at `GET /catalogue/imports/{id}` as well.',
    answer: ImportPage,
    problems: [AdminsOnly],
  })
  list(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<ImportSummaryView>> {
    return this.imports.list(me, query);
  }

  @Get(':id')
  @Documented({
    summary: 'How far an import is, and its report (admins)',
    description:
      'Ask again until `state` is final. The report counts added, changed and cancelled lectures, and lists bad rows.',
    answer: ImportView,
    problems: [AdminsOnly, ImportNotFound],
  })
  get(@CurrentAccount() me: Me, @Id() id: number): Promise<ImportView> {
    return this.imports.get(me, id);
  }
}
