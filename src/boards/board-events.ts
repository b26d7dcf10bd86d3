import { Injectable } from '@nestjs/common';
import { Participants } from '../common/participants.js';

export interface BoardFollower {
  /** Fewer people may read the board's posts from now on. */
  readAccessTightened(boardId: number): void;
}

/** Features that follow changes of boards register here. Call it after the commit. */
@Injectable()
export class BoardEvents extends Participants<BoardFollower> {
  readAccessTightened(boardId: number): void {
    for (const follower of this.all) follower.readAccessTightened(boardId);
  }
}
