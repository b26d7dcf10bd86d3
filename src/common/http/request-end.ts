import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How a request ended: it was answered, or the client disconnected before. */
export type RequestEnd = 'answered' | 'aborted';

type Listener = (request: FastifyRequest, reply: FastifyReply, end: RequestEnd) => void;

/** In the order of registration. */
const listeners = new WeakMap<FastifyInstance, Listener[]>();

/**
 * Calls `listener` once for every request. Fastify's own `onResponse` does not run after a disconnect. Register before other
 * hooks: after a hook that refuses a request, no further hook runs.
 */
export function onRequestEnd(fastify: FastifyInstance, listener: Listener): void {
  const known = listeners.get(fastify);
  if (known) {
    known.push(listener);
    return;
  }
  listeners.set(fastify, [listener]);
  fastify.addHook('onRequest', (request, reply, done) => {
    watchEnd(fastify, request, reply);
    done();
  });
}

/** For a request that reaches no hook, because the router refuses its address. */
export function watchEnd(fastify: FastifyInstance, request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = reply;
  const answered = () => finish('answered');
  const gone = () => finish('aborted');
  const unanswered = unansweredOn(request.raw.socket);
  const finish = (end: RequestEnd) => {
    raw.off('finish', answered);
    unanswered.delete(gone);
    for (const listener of listeners.get(fastify) ?? []) listener(request, reply, end);
  };
  raw.on('finish', answered);
  unanswered.add(gone);
}

const connections = new WeakMap<Socket, Set<() => void>>();

/**
 * The callbacks of a connection's unanswered requests. Not by `close` of the response: of pipelined requests (RFC 9112,
 * 9.3.2) Node emits it for the first unanswered one only.
 */
function unansweredOn(socket: Socket): Set<() => void> {
  const known = connections.get(socket);
  if (known) return known;
  const unanswered = new Set<() => void>();
  connections.set(socket, unanswered);
  socket.once('close', () => {
    for (const gone of unanswered) gone();
  });
  return unanswered;
}
