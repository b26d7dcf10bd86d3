import type { ReadStream, WriteStream } from 'node:tty';
import { createInterface } from 'node:readline/promises';
import { Refused } from './commands.js';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACES = ['\u0008', '\u007f'];

/** From MADANG_ADMIN_PASSWORD, from a terminal (twice, without showing it), or the first line of the input. */
export async function readPassword(
  env: NodeJS.ProcessEnv,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string> {
  if (env.MADANG_ADMIN_PASSWORD) return env.MADANG_ADMIN_PASSWORD;
  if (!input.isTTY) return readLine(input);
  const password = await ask('Password: ', input, output);
  if ((await ask('Once more: ', input, output)) !== password) throw new Refused('The two passwords are not the same.');
  return password;
}

async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input, crlfDelay: Infinity });
  for await (const line of lines) {
    if (line !== '') return line;
    break;
  }
  throw new Refused('There is no password: set MADANG_ADMIN_PASSWORD or write it to the input.');
}

/** Raw mode: otherwise a terminal shows the typed characters. */
async function ask(question: string, input: ReadStream, output: WriteStream): Promise<string> {
  output.write(question);
  input.setRawMode(true).setEncoding('utf8').resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed: string[] = [];
      const onKeys = (keys: string): void => {
        for (const key of keys) {
          if (key === CTRL_C || key === CTRL_D) return end(() => reject(new Refused('Nothing was done.', 130)));
          if (key === '\r' || key === '\n') return end(() => resolve(typed.join('')));
          if (BACKSPACES.includes(key)) typed = typed.slice(0, -1);
          else if (key >= ' ') typed.push(key);
        }
      };
      const end = (settle: () => void): void => {
        input.off('data', onKeys);
        settle();
      };
      input.on('data', onKeys);
    });
  } finally {
    input.setRawMode(false).pause();
    output.write('\n');
  }
}
