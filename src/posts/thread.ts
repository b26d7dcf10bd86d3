import { Injectable } from '@nestjs/common';
import type { Viewer } from '../common/viewer.js';

/** The post's columns that reading its comments needs. */
export interface ThreadPost {
  id: number;
}

type FirstComments = (viewer: Viewer, post: ThreadPost, limit: number) => Promise<unknown>;

/** Turns an arrow round: a post can be read with its first comments, but comments depend on posts. They sign up here. */
@Injectable()
export class Thread {
  firstComments: FirstComments = async () => null;
}
