import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How a request ended: its answer went out, or the client had gone before. */
export type End = 'answered' | 'aborted';

type Over = (request: FastifyRequest, reply: FastifyReply, end: End) => void;

/** Those who want to hear of it, in the order in which they asked. */
const listeners = new WeakMap<FastifyInstance, Over[]>();

/**
 * Calls `over` once for every request. Fastify's own `onResponse` never comes where the client has gone. Call before
 * other hooks are there: behind one that refuses a request, no further one runs.
 */
export function onceOver(fastify: FastifyInstance, over: Over): void {
  const known = listeners.get(fastify);
  if (known) {
    known.push(over);
    return;
  }
  listeners.set(fastify, [over]);
  fastify.addHook('onRequest', (request, reply, done) => {
    tellWhenOver(fastify, request, reply);
    done();
  });
}

/** For a request that reaches no hook, because the router refuses its address. */
export function tellWhenOver(fastify: FastifyInstance, request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = reply;
  const answered = () => finish('answered');
  const gone = () => finish('aborted');
  const unanswered = unansweredOn(request.raw.socket);
  const finish = (end: End) => {
    raw.off('finish', answered).off('close', gone);
    unanswered.delete(gone);
    for (const over of listeners.get(fastify) ?? []) over(request, reply, end);
  };
  raw.on('finish', answered).on('close', gone);
  unanswered.add(gone);
}

const connections = new WeakMap<Socket, Set<() => void>>();

/**
 * What to call when a connection closes. Of requests that were sent one behind another (RFC 9112, 9.3.2) only the first
 * unanswered one hears of it from Node.
 */
function unansweredOn(socket: Socket): Set<() => void> {
  const known = connections.get(socket);
  if (known) return known;
  const unanswered = new Set<() => void>();
  connections.set(socket, unanswered);
  socket.once('close', () => {
    for (const gone of [...unanswered]) gone();
  });
  return unanswered;
}
