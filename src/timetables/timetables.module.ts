import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { FriendsModule } from '../friends/friends.module.js';
import { CalendarController } from './calendar/calendar.controller.js';
import { FeedsService } from './calendar/feeds.service.js';
import { EntriesController } from './entries/entries.controller.js';
import { EntriesService } from './entries/entries.service.js';
import { LectureUseInTimetables } from './entries/lecture-use-in-timetables.js';
import { BusyTimes } from './search/busy-times.js';
import { LectureSearchController } from './search/lecture-search.controller.js';
import { PictureController } from './picture/picture.controller.js';
import { FreeTimeController } from './sharing/free-time.controller.js';
import { FreeTimeService } from './sharing/free-time.service.js';
import { FriendTimetablesController } from './sharing/friend-timetables.controller.js';
import { FriendTimetablesService } from './sharing/friend-timetables.service.js';
import { SharingQueries } from './sharing/sharing.queries.js';
import { SuggestionsController } from './suggestions/suggestions.controller.js';
import { SuggestionsService } from './suggestions/suggestions.service.js';
import { TimetablesController } from './timetables.controller.js';
import { TimetablesPersonalData } from './timetables-personal-data.js';
import { TimetablesQueries } from './timetables.queries.js';
import { TimetablesService } from './timetables.service.js';

/**
 * A member's plans for a semester, as list, picture, calendar and for friends. Refuses clashes. Only the owner can find
 * out that a timetable exists; friends see the timetables that the owner shows.
 */
@Module({
  imports: [AccountsModule, CatalogueModule, FriendsModule],
  controllers: [
    TimetablesController,
    EntriesController,
    LectureSearchController,
    PictureController,
    CalendarController,
    FriendTimetablesController,
    FreeTimeController,
    SuggestionsController,
  ],
  providers: [
    TimetablesService,
    TimetablesQueries,
    EntriesService,
    FeedsService,
    LectureUseInTimetables,
    BusyTimes,
    TimetablesPersonalData,
    FriendTimetablesService,
    FreeTimeService,
    SharingQueries,
    SuggestionsService,
  ],
})
export class TimetablesModule {}
