import { Controller, Get, Headers, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../accounts/sessions/jwt.guard.js';
import { Cursors } from '../../common/cursor.js';
import { Answer } from '../../common/http/answer.js';
import { CostlyAnswers } from '../../common/http/costly-answers.js';
import { Id } from '../../common/ids.js';
import { Documented } from '../../common/openapi/documented.js';
import { ListKey, pageOf, PageQuery, type Page } from '../../common/pages.js';
import { languageOf } from '../../common/problems/language.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { TimetableNotFound } from '../timetables.errors.js';
import { TimetablesService } from '../timetables.service.js';
import { PictureQuery, ThemePage, type ThemeView } from './picture.dto.js';
import { drawTimetable } from './picture.js';
import { THEME_NAMES, THEMES } from './themes.js';

/** A picture that is opened alone is a document: it may have styles, and nothing else. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

@ApiTags('Timetables')
@Controller()
export class PictureController {
  constructor(
    private readonly timetables: TimetablesService,
    private readonly cursors: Cursors,
    private readonly costly: CostlyAnswers,
  ) {}

  @Get('timetables/:id/image.svg')
  @Documented({
    summary: 'A picture of a timetable of mine',
    description: 'It stands by itself: no script, nothing to load. The names of days follow `Accept-Language`.',
    media: 'image/svg+xml',
    problems: [TimetableNotFound],
  })
  async draw(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Query() { appearance }: PictureQuery,
    @Headers('accept-language') acceptLanguage: string | undefined,
  ): Promise<Answer> {
    const timetable = await this.timetables.whole(me, id);
    const options = { appearance, language: languageOf(acceptLanguage) };
    return Answer.document({
      type: 'image/svg+xml; charset=utf-8',
      text: await this.costly.text(['picture', timetable, options], () => drawTimetable(timetable, options)),
      headers: { 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff' },
    });
  }

  @Get('timetable-themes')
  @Public()
  @Documented({
    summary: 'The themes with their colours, to draw the same picture elsewhere',
    description: 'Each colour is a fill with a text colour that is readable on it. Needs no account.',
    answer: ThemePage,
  })
  themes(@Query() { limit, cursor }: PageQuery): Page<ThemeView> {
    const list = new ListKey(this.cursors, '/timetable-themes');
    const [after] = list.position(cursor) ?? [0];
    const rows = THEME_NAMES.map((name, index) => ({ name, colors: THEMES[name], place: index + 1 }));
    return pageOf(
      rows.filter(({ place }) => place > Number(after)).slice(0, limit + 1),
      limit,
      ({ name, colors }) => ({ name, colors }),
      ({ place }) => list.cursor(place),
    );
  }
}
