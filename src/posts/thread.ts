import { Injectable } from '@nestjs/common';
import type { Viewer } from '../common/viewer.js';

/** The post's columns that reading its comments needs. */
export interface ThreadPost {
  id: number;
}

type FirstComments = (viewer: Viewer, post: ThreadPost, limit: number) => Promise<unknown>;

/** A post is read with its first comments, but posts must not import comments. So comments register here. */
@Injectable()
export class Thread {
  firstComments: FirstComments = async () => null;
}
