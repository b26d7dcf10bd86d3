import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { Clock } from '../clock.js';
import type { Problem } from '../problems/problem.js';
import type { Limit } from './limit.js';
import { Limits } from './limits.js';

const THREE: Limit = { name: 'test', points: 3, seconds: 60, by: ['account'] };

const limitsOf = (config: Config) => new Limits(config, new Clock(), { report: () => undefined } as never);

beforeEach(() => Logger.overrideLogger(false));

/** How many of `count` spends were let through. */
async function passed(limits: Limits, count: number, key: string | number = 'key'): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: count }, () => limits.spend(THREE, key)));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
}

describe('in this process', () => {
  const limits = () => limitsOf({ rateLimits: true } as Config);

  it('lets so many through for each key, at once too', async () => {
    const one = limits();
    expect([await passed(one, 10), await passed(one, 10, 7)]).toEqual([3, 3]);
  });

  it('says when to come back, in whole seconds', async () => {
    const one = limits();
    await passed(one, 3);
    const refusal = await one.spend(THREE, 'key').catch((error: Problem) => error);
    expect((refusal as Problem).options.headers).toEqual({
      'Retry-After': expect.stringMatching(/^(59|60)$/),
      'RateLimit-Policy': '"test";q=3;w=60',
      RateLimit: expect.stringMatching(/^"test";r=0;t=(59|60)$/),
    });
  });

  it('gives points back', async () => {
    const one = limits();
    await passed(one, 3);
    await one.refund(THREE, 'key');
    expect(await passed(one, 3)).toBe(1);
    await one.reset(THREE, 'key');
    expect(await passed(one, 5)).toBe(3);
  });

  it('can be switched off', async () => {
    expect(await passed(limitsOf({ rateLimits: false } as Config), 10)).toBe(10);
  });
});

describe('with Redis away', () => {
  let server: Server | undefined;
  let limits: Limits | undefined;

  afterEach(() => {
    limits?.onModuleDestroy();
    server?.close();
  });

  /**
   * Says what a client wants to hear at first and then takes commands without an answer, as a frozen Redis does.
   *
   * @param nth the connection from which on it answers writes after all
   */
  async function frozenRedis(nth = Infinity): Promise<string> {
    let connections = 0;
    server = createServer((socket) => {
      const isFrozen = ++connections < nth;
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const text = chunk.toString().toLowerCase();
        // A new connection begins with what had no answer on the one before.
        for (const [command] of isFrozen ? [] : text.matchAll(/\neval|madang:probe/g)) {
          socket.write(command === '\neval' ? '*2\r\n:1\r\n:60000\r\n' : '+OK\r\n');
        }
        if (/eval|ping|get|del/.test(text) && !text.includes('info')) return;
        const info = 'redis_version:7.0.0\r\nloading:0\r\n';
        if (text.includes('setinfo')) socket.write('+OK\r\n'.repeat(text.split('setinfo').length - 1));
        if (/\binfo\b/.test(text.replaceAll('setinfo', ''))) socket.write(`$${info.length}\r\n${info}\r\n`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('that refuses connections, counts by itself without a wait', async () => {
    limits = limitsOf({ rateLimits: true, redisUrl: 'redis://127.0.0.1:1' } as Config);
    const start = performance.now();
    expect(await passed(limits, 10)).toBe(3);
    // ioredis waits ten seconds by default.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('that has frozen, waits 200 ms once and counts by itself', async () => {
    limits = limitsOf({ rateLimits: true, redisUrl: await frozenRedis() } as Config);
    await sleep(300);
    const first = performance.now();
    expect(await passed(limits, 1)).toBe(1);
    const took = performance.now() - first;
    expect(took).toBeGreaterThan(150);
    const others = performance.now();
    for (let i = 0; i < 20; i++) await passed(limits, 1);
    // Not 200 ms each.
    expect(performance.now() - others).toBeLessThan(3_000);
    expect(await passed(limits, 5)).toBe(0);
  });

  it('on a connection whose other end is gone, makes a new one', async () => {
    limits = limitsOf({ rateLimits: true, redisUrl: await frozenRedis(2) } as Config);
    await sleep(300);
    await passed(limits, 1);
    expect(limits.together).toBe(false);
    // As long as TCP has no answer it would send again, for a quarter of an hour.
    const deadline = performance.now() + 60_000;
    while (!limits.together && performance.now() < deadline) await sleep(100);
    const alone = limits.alone;
    expect(await passed(limits, 1, 'another')).toBe(1);
    expect([limits.together, limits.alone]).toEqual([true, alone]);
  }, 90_000);
});
