import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/** Changes of boards that other modules follow: this one must not import them. */
@Injectable()
export class BoardEvents {
  /** The id of a board that fewer people may read from now on. */
  readonly readAccessTightened = new Subject<number>();
}
