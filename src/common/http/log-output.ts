import { write as writeFile, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { DestinationStream } from 'pino';

/** Bytes of lines that may wait for a slow disk or reader. */
const MAX_WAITING = 1024 * 1024;

/** Milliseconds in which lines collect: a write for each line was a fifth of the processor time of a list. */
const PAUSE = 20;

/** Sends bytes without blocking, and calls `done` when they are written or lost. */
type Send = (bytes: Buffer, done: (error?: Error | null) => void) => void;

/**
 * Writes log lines in batches, never in the caller's turn. Lines that a full disk or a stuck reader does not accept are
 * dropped and counted. pino's own destinations either block, or loop on a full disk (`flushSync`).
 */
export class LogOutput implements DestinationStream {
  /** Lines that were lost. */
  dropped = 0;
  private waiting: string[] = [];
  /** Bytes of those and of the batch under way. */
  private size = 0;
  private isWriting = false;

  constructor(
    private readonly send: Send,
    private readonly maxWaiting = MAX_WAITING,
    private readonly pause = PAUSE,
  ) {}

  write(line: string): void {
    const size = Buffer.byteLength(line);
    if (this.size + size > this.maxWaiting) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(line);
    this.size += size;
    if (this.isWriting) return;
    this.isWriting = true;
    // The exit handler writes the lines that are left when the process ends.
    setTimeout(() => this.writeBatch(), this.pause).unref();
  }

  /** The lines that nobody has begun to write. */
  take(): string {
    return this.waiting.splice(0).join('');
  }

  private writeBatch(): void {
    const count = this.waiting.length;
    if (count === 0) {
      this.isWriting = false;
      return;
    }
    const batch = Buffer.from(this.take());
    this.send(batch, (error) => {
      this.size -= batch.length;
      if (error) this.dropped += count;
      setTimeout(() => this.writeBatch(), this.pause).unref();
    });
  }
}

/** To a pipe or a socket as one, else (a file, a terminal) by Node's thread pool. Writes the rest when the process ends. */
function outputOf(stream: NodeJS.WriteStream & { fd: number }): LogOutput {
  const output = new LogOutput(stream instanceof Socket && !stream.isTTY ? sendTo(stream) : appendTo(stream.fd));
  process.once('exit', () => writeNow(stream.fd, output.take()));
  return output;
}

/** Node makes pipes non-blocking: a full pipe takes a part, and the rest waits in the stream. */
function sendTo(stream: Socket): Send {
  // A reader that has gone away must not end the process.
  stream.on('error', () => undefined);
  return (bytes, done) => stream.write(bytes, done);
}

function appendTo(fd: number): Send {
  const append: Send = (bytes, done) =>
    writeFile(fd, bytes, (error, written) => {
      if (error) done(error);
      else if (written < bytes.length) append(bytes.subarray(written), done);
      else done();
    });
  return append;
}

/** One synchronous attempt. The rest is lost: waiting could take for ever. */
function writeNow(fd: number, text: string): void {
  try {
    if (text) writeSync(fd, text);
  } catch {
    // Full, stuck or closed.
  }
}

let output: LogOutput | undefined;

/** The process's stdout, which all its loggers share. */
export function standardOutput(): LogOutput {
  return (output ??= outputOf(process.stdout));
}

/** For the last message of a process that ends: synchronous, to stderr. */
export const standardError: DestinationStream = {
  // Node makes a pipe non-blocking when the stream is first asked for: a stuck reader must not hold up the end.
  write: (line) => writeNow(process.stderr.fd, line),
};
