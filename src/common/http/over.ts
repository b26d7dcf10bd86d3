import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How a request ended: its answer went out, or the client had gone before. */
export type End = 'answered' | 'aborted';

/** Calls `over` once for every request. Fastify's own `onResponse` never comes where the client has gone. */
export function onceOver(
  fastify: FastifyInstance,
  over: (request: FastifyRequest, reply: FastifyReply, end: End) => void,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply;
    const answered = () => finish('answered');
    const gone = () => finish('aborted');
    const finish = (end: End) => {
      raw.off('finish', answered).off('close', gone);
      over(request, reply, end);
    };
    raw.on('finish', answered).on('close', gone);
    done();
  });
}
