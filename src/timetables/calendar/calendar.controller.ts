import { Controller, Delete, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IgnoresToken } from '../../accounts/sessions/jwt.guard.js';
import { Clock } from '../../common/clock.js';
import { Answer } from '../../common/http/answer.js';
import { CostlyAnswers } from '../../common/http/costly-answers.js';
import { Once, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Limited } from '../../common/limits/limited.js';
import { Documented } from '../../common/openapi/documented.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import type { WholeTimetable } from '../timetable.js';
import { TimetableNotFound } from '../timetables.errors.js';
import { TimetablesService } from '../timetables.service.js';
import { FeedView } from './calendar.dto.js';
import { CalendarNotFound } from './calendar.errors.js';
import { calendarOf } from './calendar.js';
import { FeedsService, GUESSES } from './feeds.service.js';

const MEDIA = 'text/calendar';

@ApiTags('Timetables')
@Controller()
export class CalendarController {
  constructor(
    private readonly timetables: TimetablesService,
    private readonly feeds: FeedsService,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly costly: CostlyAnswers,
  ) {}

  @Get('timetables/:id/calendar.ics')
  @Documented({
    summary: 'A timetable of mine as iCalendar, to import once',
    description:
      'One event for each meeting, weekly until the semester ends, without its holidays. A second import changes the existing events. Cancelled and untimed entries are left out.',
    media: MEDIA,
    problems: [TimetableNotFound],
  })
  async download(@CurrentAccount() me: Me, @Id() id: number): Promise<Answer> {
    return this.answer(await this.timetables.whole(me, id));
  }

  @Post('timetables/:id/feed')
  @Documented({
    summary: 'Make or renew the address under which calendars subscribe to a timetable of mine',
    description: 'The address before it is dead.',
    status: 201,
    answer: FeedView,
    problems: [TimetableNotFound],
  })
  async renew(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Once() once: OnceKey | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeedView> {
    const { secret, createdAt } = await this.feeds.renew(me, id, once);
    const path = `/api/v1/calendars/${secret}.ics`;
    void reply.header('Location', path).header('Cache-Control', 'no-store');
    return { url: `${this.config.publicUrl}${path}`, createdAt: createdAt.toISOString() };
  }

  @Delete('timetables/:id/feed')
  @Documented({
    summary: 'Revoke that address',
    description: 'Calendars that subscribe get 404 from then on. The timetable stays.',
    problems: [TimetableNotFound],
  })
  async revoke(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.feeds.revoke(me, id);
  }

  @Get('calendars/:token.ics')
  @Limited(GUESSES)
  @IgnoresToken()
  @ApiParam({ name: 'token', schema: { type: 'string' }, description: 'The secret of the address' })
  @Documented({
    summary: 'The calendar at a secret address, for programs that subscribe',
    description: 'Needs no account. A cancelled lecture is gone at the next look.',
    media: MEDIA,
    problems: [CalendarNotFound],
  })
  async subscribe(@Param('token') token: string, @Req() request: FastifyRequest): Promise<Answer> {
    return this.answer(await this.feeds.open(token, request.ip));
  }

  private async answer(timetable: WholeTimetable): Promise<Answer> {
    const options = { now: this.clock.now(), host: new URL(this.config.publicUrl).hostname };
    const text = await this.costly.text(['calendar', timetable], () => calendarOf(timetable, options));
    return Answer.document({
      type: `${MEDIA}; charset=utf-8`,
      text,
      // When it was made is no news.
      meaning: text.replace(/^DTSTAMP:.*\r\n/gm, ''),
      headers: {
        'Content-Disposition': `attachment; filename="timetable-${timetable.id}.ics"`,
        'Cache-Control': 'private, no-cache',
      },
    });
  }
}
