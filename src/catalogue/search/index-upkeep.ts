import { Injectable } from '@nestjs/common';
import { Background } from '../../common/background.js';
import { Clock } from '../../common/clock.js';
import { SearchIndex } from './search-index.js';

/** Seconds between two builds for one semester: one that fails is not tried again with every search. */
const PAUSE = 60;

/** Has the index built anew, after the answer, when a search meets too many lectures that the index does not know. */
@Injectable()
export class IndexUpkeep {
  private readonly begun = new Map<number, Date>();

  constructor(
    private readonly index: SearchIndex,
    private readonly background: Background,
    private readonly clock: Clock,
  ) {}

  tooManyUnknown(semesterId: number): void {
    const before = this.begun.get(semesterId);
    if (before && before > this.clock.in(-PAUSE)) return;
    this.begun.set(semesterId, this.clock.now());
    void this.background.run('lecture search index', () => this.index.rebuildUnlessUnderWay(semesterId));
  }
}
