import { AudienceService } from '../../src/posts/audience.service.js';
import { ViewsService } from '../../src/posts/reactions/views.service.js';
import type { TestApp } from './app.js';

/** When what the answers so far left to be done after them is done: views counted, closed boards followed. */
export async function settled({ app }: TestApp): Promise<void> {
  await app.get(ViewsService).settled();
  await app.get(AudienceService).settled();
}
