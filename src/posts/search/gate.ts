import { SearchBusy } from '../posts.errors.js';

/** Of one instance; index-places.ts counts all instances. A waiting search holds no connection. */
const AT_ONCE = 2;
const PATIENCE = 1_500;

/** Allows two searches at a time in the full-text index. The others wait for a short time. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  /** @throws SearchBusy */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside >= AT_ONCE) await this.wait();
    else this.inside++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.inside--;
    }
  }

  /** Resolves when another search ends. */
  private wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(new SearchBusy({ headers: { 'Retry-After': '2' } }));
      }, PATIENCE);
      this.waiting.push(enter);
    });
  }
}
