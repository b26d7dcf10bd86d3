import { int, selection } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { ThreadNumber } from './thread-number.entity.js';

/** The post is locked. */
interface Voice {
  postId: number;
  accountId: number;
}

const THREAD_NUMBER = selection({
  postId: int('j.post_id'),
  accountId: int('j.account_id'),
  number: int(
    '(SELECT t.number FROM thread_numbers t WHERE t.post_id = j.post_id AND t.account_id = j.account_id)',
    'nullable',
  ),
  /** Of the thread. The order names the whole key, so that one row is read. */
  last: int(
    `(SELECT t.number FROM thread_numbers t WHERE t.post_id = j.post_id
       ORDER BY t.post_id DESC, t.number DESC LIMIT 1)`,
    'nullable',
  ),
});

/** Numbers of anonymous accounts in the threads of a group of comments. An account keeps its first number. */
export class ThreadNumbers {
  private readonly numbers = new Map<string, number>();
  private readonly last = new Map<number, number>();
  private readonly added: (Voice & { number: number })[] = [];

  private constructor(private readonly tx: Transaction) {}

  static async read(tx: Transaction, voices: readonly Voice[]): Promise<ThreadNumbers> {
    const known = new ThreadNumbers(tx);
    if (voices.length === 0) return known;
    const rows = await tx.select(
      THREAD_NUMBER,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (post_id INT UNSIGNED PATH '$.postId',
                                          account_id INT UNSIGNED PATH '$.accountId')) j`,
      [JSON.stringify(voices)],
    );
    for (const row of rows) {
      if (row.number !== null) known.numbers.set(keyOf(row), row.number);
      if (row.last !== null) known.last.set(row.postId, row.last);
    }
    return known;
  }

  /** @param voice one of those that were read */
  of(voice: Voice): number {
    const known = this.numbers.get(keyOf(voice));
    if (known !== undefined) return known;
    const number = (this.last.get(voice.postId) ?? 0) + 1;
    this.last.set(voice.postId, number);
    this.numbers.set(keyOf(voice), number);
    this.added.push({ ...voice, number });
    return number;
  }

  /** Stores the new numbers. */
  async store(): Promise<void> {
    await this.tx.insertAll(ThreadNumber, this.added);
  }
}

function keyOf({ postId, accountId }: Voice): string {
  return `${postId} ${accountId}`;
}
