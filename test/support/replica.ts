import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An imitated instance of the app, with answers that a test chooses. */
export interface Replica {
  port: number;
  /** Received requests, as `METHOD /path`. */
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

/** Reads the whole request, and closes without an answer. */
export const dies = (request: IncomingMessage): void => {
  request.resume().on('end', () => request.socket.destroy());
};

/** Closes the connection during the upload, as Node does when it refuses a body. */
export const resets = (request: IncomingMessage): void => {
  request.once('data', () => request.socket.resetAndDestroy());
};

export const says =
  (text: string) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.end(text);
  };
