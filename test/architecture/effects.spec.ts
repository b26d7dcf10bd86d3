import { describe, expect, it } from '@jest/globals';
import { effectsInTransactions } from './effects.js';
import { parseSource } from './sources.js';

describe('effectsInTransactions', () => {
  const found = (body: string) =>
    effectsInTransactions([
      parseSource(
        'a.ts',
        `class A {
          private count = 0;
          constructor(private readonly limits: Limits, private readonly events: BoardEvents, private readonly b: B) {}
          act(): Promise<void> { return this.database.transaction(async (tx) => { ${body} }); }
          private spendOne(): Promise<void> { return this.limits.spend(LIMIT, 1); }
          private again(): void { this.again(); }
        }`,
      ),
      parseSource(
        'b.ts',
        `class B {
          constructor(private readonly mailer: Mailer) {}
          tell(): void { this.mailer.post({}); }
        }
        class BoardEvents { readAccessTightened(): void {} }
        function ask(): void { void fetch('https://example.com'); }`,
      ),
    ]);

  it.each([
    ['a limit', 'await this.limits.spend(LIMIT, 1);', 'Limits.spend'],
    ['a limit in a method', 'await this.spendOne();', 'A.spendOne → Limits.spend'],
    ['a limit in a callback', 'ids.forEach((id) => this.limits.tries(LIMIT, id));', 'Limits.tries'],
    ['a mail of another class', 'this.b.tell();', 'B.tell → Mailer.post'],
    ['an event', 'this.events.readAccessTightened(1);', 'BoardEvents.readAccessTightened'],
    ['a request in a function', 'ask();', 'ask → fetch'],
    ['a counter of the process', 'this.count += 1;', 'this.count += 1'],
    ['another counter', 'this.count++;', 'this.count++'],
  ])('finds %s', (_, body, effect) => {
    expect(found(body)).toEqual([`a.ts: act → ${effect}`]);
  });

  it.each([
    ['what is registered', 'tx.afterCommit(() => this.b.tell());'],
    ['a limit of the first attempt', 'await this.limits.spendIn(tx, LIMIT, 1);'],
    ['writes', "await tx.run('DELETE FROM posts');"],
    ['a method that calls itself', 'this.again();'],
  ])('accepts %s', (_, body) => {
    expect(found(body)).toEqual([]);
  });
});
