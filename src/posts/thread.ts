import { Injectable } from '@nestjs/common';
import type { Page } from '../common/pages.js';
import { Participants } from '../common/participants.js';
import type { Viewer } from '../common/viewer.js';

/** The post's columns that reading its comments needs. */
export interface ThreadPost {
  id: number;
}

export interface ThreadReader {
  firstComments(viewer: Viewer, post: ThreadPost, limit: number): Promise<Page<object>>;
}

/** The comments register here, so that a post can be read with its first ones. */
@Injectable()
export class Thread extends Participants<ThreadReader> {
  async firstComments(viewer: Viewer, post: ThreadPost, limit: number): Promise<Page<object> | null> {
    const [reader] = this.all;
    return reader ? reader.firstComments(viewer, post, limit) : null;
  }
}
