import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LogOutput } from './log-output.js';

const PAUSE = 20;

/** A disk that answers when the test says so. */
function aDisk(maxWaiting: number) {
  const batches: string[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const send = (bytes: Buffer, done: (error?: Error) => void) => {
    batches.push(bytes.toString());
    answers.push(done);
  };
  const output = new LogOutput(send, maxWaiting, PAUSE);
  return { output, batches, answer: (error?: Error) => answers.shift()!(error) };
}

const pass = () => jest.advanceTimersByTime(PAUSE);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('LogOutput', () => {
  it('collects lines and writes one batch after the other, in order', () => {
    const { output, batches, answer } = aDisk(100);
    for (const line of ['1\n', '2\n']) output.write(line);
    expect(batches).toEqual([]);
    pass();
    output.write('3\n');
    pass();
    expect(batches).toEqual(['1\n2\n']);
    answer();
    expect(batches).toHaveLength(1);
    pass();
    expect(batches).toEqual(['1\n2\n', '3\n']);
    answer();
    pass();
    output.write('4\n');
    pass();
    expect(batches.at(-1)).toBe('4\n');
    expect(output.dropped).toBe(0);
  });

  it('drops and counts what does not fit, by bytes, and takes more when there is room', () => {
    const { output, batches, answer } = aDisk(10);
    output.write('under way');
    pass();
    output.write('가');
    output.write('!');
    output.write('?');
    expect(output.dropped).toBe(2);
    answer();
    pass();
    answer();
    pass();
    output.write('again');
    pass();
    expect(batches).toEqual(['under way', '!', 'again']);
  });

  it('counts every line of a batch that was lost, and goes on', () => {
    const { output, batches, answer } = aDisk(100);
    output.write('1\n');
    pass();
    for (const line of ['2\n', '3\n']) output.write(line);
    answer(new Error('ENOSPC'));
    expect(output.dropped).toBe(1);
    pass();
    answer(new Error('ENOSPC'));
    expect(output.dropped).toBe(3);
    pass();
    output.write('4\n');
    pass();
    answer();
    expect(batches.at(-1)).toBe('4\n');
    expect(output.dropped).toBe(3);
  });

  it('hands out what nobody has begun to write, for the end of the process', () => {
    const { output, batches } = aDisk(100);
    output.write('1\n');
    expect(output.take()).toBe('1\n');
    pass();
    expect(batches).toEqual([]);
  });
});
