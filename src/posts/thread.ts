import { Injectable } from '@nestjs/common';
import type { Viewer } from '../common/viewer.js';

/** What the reader of comments has to know of the post that it was asked with. */
export interface ThreadPost {
  id: number;
}

type FirstComments = (viewer: Viewer, post: ThreadPost, limit: number) => Promise<unknown>;

/** Turns an arrow round: a post can be read with its first comments, but comments depend on posts. They sign up here. */
@Injectable()
export class Thread {
  firstComments: FirstComments = async () => null;
}
