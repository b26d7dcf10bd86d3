import { describe, expect, it } from '@jest/globals';
import { LogOutput } from './log-output.js';

/** A disk that answers when the test says so. */
function aDisk(maxWaiting: number) {
  const batches: string[] = [];
  const answers: ((error?: Error) => void)[] = [];
  const output = new LogOutput((bytes, done) => {
    batches.push(bytes.toString());
    answers.push(done);
  }, maxWaiting);
  return { output, batches, answer: (error?: Error) => answers.shift()!(error) };
}

describe('LogOutput', () => {
  it('writes one batch after the other, in order', () => {
    const { output, batches, answer } = aDisk(100);
    for (const line of ['1\n', '2\n', '3\n']) output.write(line);
    expect(batches).toEqual(['1\n']);
    answer();
    expect(batches).toEqual(['1\n', '2\n3\n']);
    answer();
    output.write('4\n');
    expect(batches.at(-1)).toBe('4\n');
    expect(output.dropped).toBe(0);
  });

  it('drops and counts what does not fit, by bytes, and takes more when there is room', () => {
    const { output, batches, answer } = aDisk(10);
    output.write('under way');
    output.write('가');
    output.write('!');
    output.write('?');
    expect(output.dropped).toBe(2);
    answer();
    answer();
    output.write('again');
    expect(batches).toEqual(['under way', '!', 'again']);
  });

  it('counts every line of a batch that was lost, and goes on', () => {
    const { output, batches, answer } = aDisk(100);
    for (const line of ['1\n', '2\n', '3\n']) output.write(line);
    answer(new Error('ENOSPC'));
    expect(output.dropped).toBe(1);
    answer(new Error('ENOSPC'));
    expect(output.dropped).toBe(3);
    output.write('4\n');
    answer();
    expect(batches.at(-1)).toBe('4\n');
    expect(output.dropped).toBe(3);
  });
});
