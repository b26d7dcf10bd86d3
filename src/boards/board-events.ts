import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/** What happens to boards and others have to follow; the arrow of the imports cannot point at them. */
@Injectable()
export class BoardEvents {
  /** The id of a board whose posts fewer people may read from now on. */
  readonly readAccessTightened = new Subject<number>();
}
