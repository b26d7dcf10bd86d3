import { Background } from '../../src/common/background.js';
import type { TestApp } from './app.js';

/** Waits for work after the answers: counting views, updating posts of closed boards. */
export async function settled({ app }: TestApp): Promise<void> {
  await app.get(Background).settled();
}
