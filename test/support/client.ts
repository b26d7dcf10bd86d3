import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Contract } from './contract.js';

export interface Answer<T = any> {
  status: number;
  body: T;
  headers: Record<string, string>;
  raw: LightMyRequestResponse;
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** Calls the API with or without an account. Every answer is checked against the OpenAPI document. */
export class Client {
  constructor(
    private readonly fastify: FastifyInstance,
    private readonly contract: Contract,
    readonly accessToken: string | null,
    readonly refreshToken: string | null = null,
    readonly id = 0,
    readonly username = '',
    readonly nickname = '',
  ) {}

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('POST', path, body, headers);
  }

  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('PUT', path, body, headers);
  }

  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('PATCH', path, body, headers);
  }

  delete(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('DELETE', path, body, headers);
  }

  /** Every item of a list, page by page. */
  async all(path: string, limit = 100): Promise<any[]> {
    const items: any[] = [];
    let cursor: string | null = null;
    do {
      const joint = path.includes('?') ? '&' : '?';
      const page: Answer = await this.get(`${path}${joint}limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
      if (page.status !== 200) throw new Error(`${path}: ${page.status} ${JSON.stringify(page.body)}`);
      items.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor);
    return items;
  }

  /** @param path below /api/v1, or absolute if it starts with `//`, as in `//health/live` */
  async call(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
    const raw = await this.fastify.inject({
      method,
      url,
      headers: {
        ...(this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      payload:
        body === undefined
          ? undefined
          : typeof body === 'string' || Buffer.isBuffer(body)
            ? body
            : JSON.stringify(body),
    });
    const contentType = raw.headers['content-type'] as string | undefined;
    const json = /json/.test(contentType ?? '') && raw.payload !== '' ? JSON.parse(raw.payload) : raw.payload;
    this.contract.check(method, url, raw.statusCode, contentType, json);
    return { status: raw.statusCode, body: json, headers: raw.headers as Record<string, string>, raw };
  }
}
