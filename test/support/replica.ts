import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An imitated instance of the app, which does to a request what a test wants. */
export interface Replica {
  port: number;
  /** What it was asked, as `METHOD /path`. */
  asked: string[];
  stop(): void;
}

export async function aReplica(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Replica> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, asked, stop };
}

/** Takes the whole request, and is gone before its answer. */
export const dies = (request: IncomingMessage): void => {
  request.resume().on('end', () => request.socket.destroy());
};

/** Closes the connection on what is still being sent, as Node does where it refuses a body. */
export const resets = (request: IncomingMessage): void => {
  request.once('data', () => request.socket.resetAndDestroy());
};

export const says =
  (text: string) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.end(text);
  };
