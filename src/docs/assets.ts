import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A static text with its compressed form, for a server without nginx. */
export interface Asset {
  type: string;
  plain: Buffer;
  gzipped: Buffer;
}

export async function asset(type: string, content: string | Buffer): Promise<Asset> {
  const plain = Buffer.from(content);
  return { type, plain, gzipped: await promisify(gzip)(plain, { level: 9 }) };
}

/** @param seconds how long a browser may use it without asking again */
export function sendAsset(request: FastifyRequest, reply: FastifyReply, one: Asset, seconds = 0): FastifyReply {
  const compressed = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(request.headers['accept-encoding'] ?? ''));
  if (compressed) void reply.header('Content-Encoding', 'gzip');
  return reply
    .type(one.type)
    .header('Vary', [reply.getHeader('Vary'), 'Accept-Encoding'].filter(Boolean).join(', '))
    .header('Cache-Control', seconds > 0 ? `public, max-age=${seconds}, immutable` : 'no-cache')
    .send(compressed ? one.gzipped : one.plain);
}

const require = createRequire(import.meta.url);
const SWAGGER_UI = join(require.resolve('swagger-ui-dist/package.json'), '..');

export const SWAGGER_UI_VERSION = (require('swagger-ui-dist/package.json') as { version: string }).version;

export function swaggerUiFile(name: string): Promise<Buffer> {
  return readFile(join(SWAGGER_UI, name));
}
