import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../network.js';
import type { Viewer } from '../viewer.js';
import { announce } from './headers.js';
import { limit, type Spent } from './limit.js';
import { Limits } from './limits.js';

export const READS = limit({ name: 'read', points: 600, seconds: 60, by: ['account'] });
/** A whole campus may share one address, so the limit is above the traffic of a campus. */
export const READS_BY_NETWORK = limit({ name: 'read-network', points: 20_000, seconds: 60, by: ['network'] });

/** Enough for completion while typing. Of `GET`s with search words. */
export const SEARCHES = limit({
  name: 'search',
  points: 120,
  seconds: 60,
  by: ['account'],
  spentBy: 'guard',
  with: 'q',
});
/** Searches without a log-in: a log-out must not avoid the limit by account. Far above the load of a campus. */
export const SEARCHES_BY_NETWORK = limit({
  name: 'search-network',
  points: 3_000,
  seconds: 60,
  by: ['network'],
  spentBy: 'guard',
  with: 'q',
});

/** A network's remaining number is rounded down to this step: otherwise neighbours could see each request of others. */
const NETWORK_STEP = 1_000;

/** Counts every GET in this process: by account when logged in, else by network. Probes and metrics are free. */
@Injectable()
export class Reads {
  constructor(private readonly limits: Limits) {}

  /** Call after CORS is registered: a refusal needs its headers too. */
  watch(fastify: FastifyInstance): void {
    const plugin = async (root: FastifyInstance) => {
      root.addHook('onRequest', (request, reply, done) => {
        if (isCounted(request) && !isLeftToGuard(request)) this.count(request, reply, null);
        done();
      });
    };
    // A plugin, because the hook of CORS is one and is there only when it has loaded; not encapsulated.
    void fastify.register(Object.assign(plugin, { [Symbol.for('skip-override')]: true }));
  }

  /**
   * For a request that the guard has looked at.
   *
   * @param viewer `null` also when the token was refused
   * @throws TooManyRequests
   */
  spend(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): void {
    if (isCounted(request) && isLeftToGuard(request)) this.count(request, reply, viewer);
  }

  private count(request: FastifyRequest, reply: FastifyReply, viewer: Viewer): void {
    const [counted, key] = viewer ? [READS, viewer.id] : [READS_BY_NETWORK, networkOf(request.ip)];
    const spent = this.limits.spendLocally(counted, key);
    if (spent) announce(reply, counted, viewer ? spent : rounded(spent));
  }
}

function rounded({ remaining, milliseconds }: Spent): Spent {
  return { remaining: remaining - (remaining % NETWORK_STEP), milliseconds };
}

function isCounted({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !url.startsWith('/health/') && url !== '/metrics';
}

/** The account is unknown before the token is checked. Routes outside the API check no token. */
function isLeftToGuard({ headers, is404, routeOptions }: FastifyRequest): boolean {
  return headers.authorization !== undefined && !is404 && (routeOptions.url ?? '').startsWith('/api/');
}
