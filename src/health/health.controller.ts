import { Controller, Get, Res } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IgnoresToken } from '../accounts/sessions/jwt.guard.js';
import { Documented } from '../common/openapi/documented.js';
import { NotReady } from './health.errors.js';
import { Readiness } from './readiness.js';

class HealthView {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

@ApiTags('Operation')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @IgnoresToken()
  @Documented({
    summary: 'Whether the process answers; touches nothing',
    description:
      'No database and no other service is asked. Restart an instance that does not answer; take it out by `/health/ready`.',
    answer: HealthView,
  })
  live(@Res({ passthrough: true }) reply: FastifyReply): HealthView {
    void reply.header('Cache-Control', 'no-store');
    return { status: 'ok' };
  }

  @Get('ready')
  @IgnoresToken()
  @Documented({
    summary: 'Whether this instance should get requests',
    description:
      'Not when the database is away, its schema is behind or half migrated, or the server is on its way down.',
    answer: HealthView,
    problems: [NotReady],
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    await this.readiness.check();
    void reply.header('Cache-Control', 'no-store');
    return { status: 'ok' };
  }
}
