import { Background } from '../../src/common/background.js';
import type { TestApp } from './app.js';

/** When what the answers so far left to be done after them is done: views counted, closed boards followed. */
export async function settled({ app }: TestApp): Promise<void> {
  await app.get(Background).settled();
}
