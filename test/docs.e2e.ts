import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { KOREAN } from '../src/docs/korean/texts.js';
import { startApp, type TestApp } from './support/app.js';

type Json = { [key: string]: any };

/** Addresses for people and tools, which are not in the document. */
const NOT_IN_THE_DOCUMENT = /^\/($|openapi\.json$|metrics$|docs)/;

let t: TestApp;
let document: Json;
/** The documented operation of `GET /accounts/me` and others. */
let operations: [name: string, operation: Json][];
let addresses: string[];

beforeAll(async () => {
  const collected = new Set<string>();
  addresses = await collectAddresses(collected, async () => {
    t = await startApp();
  });
  document = (await t.fastify.inject('/openapi.json')).json();
  operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]): [string, Json] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});

/** All addresses registered with Fastify, by Nest or directly, while `start` runs. */
async function collectAddresses(collected: Set<string>, start: () => Promise<void>): Promise<string[]> {
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ url }) => void collected.add(url));
  };
  subscribe('fastify.initialization', listen);
  try {
    await start();
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
  return [...collected];
}

/** Collects all complaints instead of the first. */
function complaintsOf(check: (operation: Json, name: string) => string | undefined | false): string[] {
  return operations.flatMap(([name, operation]) => {
    const complaint = check(operation, name);
    return complaint ? [`${name}: ${complaint}`] : [];
  });
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { errors, valid } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('is the one in openapi.json, but for the address of the server (else: npm run openapi)', () => {
    const committed = JSON.parse(readFileSync('openapi.json', 'utf8')) as Json;
    expect({ ...document, servers: committed.servers }).toEqual(committed);
    expect(committed.servers).toEqual([{ url: '/' }]);
  });

  it('has every route of the server, and no other', async () => {
    const served: string[] = [];
    for (const address of addresses.filter((one) => !NOT_IN_THE_DOCUMENT.test(one))) {
      const { headers } = await t.fastify.inject({ method: 'OPTIONS', url: address.replace(/:\w+/g, '1') });
      for (const method of String(headers.allow).split(', ')) {
        if (method !== 'HEAD' && method !== 'OPTIONS') served.push(`${method} ${address.replace(/:(\w+)/g, '{$1}')}`);
      }
    }
    expect(served.sort()).toEqual(operations.map(([name]) => name).sort());
  });

  it('has at most 350 KB, and 4 KB for each operation beyond the first 98', async () => {
    for (const address of ['/openapi.json', '/openapi.json?lang=ko']) {
      const { rawPayload } = await t.fastify.inject(address);
      expect(rawPayload.length).toBeLessThanOrEqual(350_000 + 4_000 * Math.max(0, operations.length - 98));
    }
  });

  it('has each shared problem once, as a component', () => {
    const inline = complaintsOf(({ responses }) => {
      const own = Object.keys(responses).filter((status) => /^[45]/.test(status) && !responses[status].$ref);
      return own.length > 0 && `its own ${own.join(', ')}`;
    });
    expect(inline).toEqual([]);
    const texts = Object.values(document.components.responses).map((one) => JSON.stringify(one));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('has no pattern that needs the flag u: such a pattern is x-pattern, and in the text', () => {
    const found = schemasIn(document).filter(({ pattern }) => typeof pattern === 'string');
    expect(found.length).toBeGreaterThan(3);
    expect(found.map(({ pattern }) => pattern as string).filter((pattern) => /\\[pu]\{/.test(pattern))).toEqual([]);
    const nickname = document.components.schemas.RegisterBody.properties.nickname as Json;
    expect(new RegExp(nickname['x-pattern'] as string, 'u').test('민수')).toBe(true);
    expect(nickname.description).toMatch(/^The name that others see\. Must hold letters/);
  });

  it('distinguishes the three kinds of author by `kind`', () => {
    const { oneOf, discriminator } = document.components.schemas.Author as Json;
    expect(discriminator.propertyName).toBe('kind');
    expect(Object.values(discriminator.mapping as Json)).toEqual((oneOf as Json[]).map(({ $ref }) => $ref));
    for (const [kind, $ref] of Object.entries<string>(discriminator.mapping)) {
      const { properties, required } = document.components.schemas[$ref.split('/').pop()!];
      expect(properties.kind.enum).toEqual([kind]);
      expect(required).toContain('kind');
    }
  });

  it('has plain strings for the formats of catalogues, because universities add their own', () => {
    const { requestBody } = document.paths['/api/v1/catalogue/imports'].post;
    const sent = requestBody.content['multipart/form-data'].schema.properties.format;
    expect(sent).toMatchObject({ type: 'string', example: 'csv' });
    expect(sent.enum).toBeUndefined();
  });

  it('has no broken reference', () => {
    const missing = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)].filter(
      ([, kind, name]) => document.components[kind]?.[name] === undefined,
    );
    expect(missing.map(([ref]) => ref)).toEqual([]);
  });
});

/** The differences between a schema and its example; undefined if there are none. */
function exampleChecker(): (media: Json) => string | undefined {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as (instance: Ajv2020) => void)(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  return ({ schema, example }) => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    const validate = ajv.compile(JSON.parse(text) as Json);
    return validate(example) ? undefined : ajv.errorsText(validate.errors);
  };
}

describe('every operation', () => {
  it('has a one-line summary, and explained tags', () => {
    const tags = new Set((document.tags as Json[]).map(({ name }) => name));
    expect(
      complaintsOf(({ summary, tags: own }) => {
        if (!summary || summary.length > 80 || summary.endsWith('.')) return `the summary is "${summary}"`;
        return own?.length > 0 && own.every((tag: string) => tags.has(tag))
          ? undefined
          : `the tags are ${JSON.stringify(own)}`;
      }),
    ).toEqual([]);
  });

  it('has a description beyond its summary', () => {
    expect(complaintsOf(({ summary, description }) => (!description || description === summary) && 'none')).toEqual([]);
  });

  it('has a unique operationId', () => {
    const ids = operations.map(([, { operationId }]) => operationId as string);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(ids.filter((id) => !/^[a-z]+_[a-zA-Z]+$/.test(id))).toEqual([]);
  });

  it('documents whether it needs a token', () => {
    expect(complaintsOf(({ security }) => !Array.isArray(security) && 'no security')).toEqual([]);
  });

  it('documents its success and each error with its codes', () => {
    expect(
      complaintsOf(({ responses }) => {
        const statuses = Object.keys(responses);
        if (!statuses.some((status) => status.startsWith('2'))) return 'no success';
        if (!statuses.includes('400') || !statuses.includes('500')) return 'not even 400 and 500';
        const wordless = statuses.filter((status) => {
          if (/^[23]/.test(status)) return !responses[status].description;
          const { schema, examples } = problemOf(responses[status]);
          const codes = codesOf(schema);
          return codes.length === 0 || codes.some((code) => !examples[code]) || new Set(codes).size < codes.length;
        });
        return wordless.length > 0 && `no codes at ${wordless.join(', ')}`;
      }),
    ).toEqual([]);
  });

  it('takes If-Match if it may answer 412, and only then', () => {
    expect(
      complaintsOf(({ responses, parameters = [] }) => {
        const takes = (parameters as Json[]).some(({ name }) => name === 'If-Match');
        return takes !== '412' in responses && `If-Match is ${takes ? '' : 'not '}documented`;
      }),
    ).toEqual([]);
  });

  it('has a separate answer for a problem with extra members, which are required', () => {
    const { schema } = problemOf(document.paths['/api/v1/timetables/{id}/entries'].post.responses[409]);
    const conflict = (schema.oneOf as Json[]).find((kind) => codesOf(kind).includes('TIMETABLE_CONFLICT'))!;
    expect(codesOf(conflict)).toEqual(['TIMETABLE_CONFLICT']);
    expect(conflict.allOf[1].required).toEqual(['code', 'status', 'conflicts']);
  });

  it('has a valid example of its request body', () => {
    const complaintAbout = exampleChecker();
    expect(
      complaintsOf(({ requestBody }) => {
        const json = requestBody?.content['application/json'] as Json | undefined;
        const complaint = json && complaintAbout(json);
        return complaint && `${complaint} (give the fields an example)`;
      }),
    ).toEqual([]);
  });

  it('has a valid example of a success', () => {
    const complaintAbout = exampleChecker();
    expect(
      complaintsOf(({ responses }) => {
        const answers = Object.entries<Json>(responses).filter(
          ([status, { content }]) => status.startsWith('2') && content?.['application/json'],
        );
        return answers.map(([, { content }]) => complaintAbout(content['application/json'])).find(Boolean);
      }),
    ).toEqual([]);
  });

  it('limits all input', () => {
    const bodies = operations.map(([, { requestBody }]) => requestBody?.content['application/json']?.schema.$ref);
    const inBodies = [...new Set(bodies.filter(Boolean) as string[])].flatMap((ref) => {
      const name = ref.split('/').pop()!;
      return Object.entries<Json>(document.components.schemas[name].properties ?? {}).map(
        ([key, schema]): [string, Json] => [`${name}.${key}`, schema],
      );
    });
    const inQueries = operations.flatMap(([name, { parameters = [] }]) =>
      (parameters as Json[])
        .filter((parameter) => parameter.in === 'query')
        .map((parameter): [string, Json] => [`${name} ?${parameter.name}`, parameter.schema]),
    );
    expect([...inBodies, ...inQueries].filter(([, schema]) => !isBounded(schema)).map(([name]) => name)).toEqual([]);
  });
});

/** All possible schemas in the document. */
function schemasIn(node: unknown): Json[] {
  if (typeof node !== 'object' || node === null) return [];
  return [node as Json, ...Object.values(node).flatMap(schemasIn)];
}

/** The body of a problem, which is a component. */
function problemOf({ $ref }: Json): Json {
  return document.components.responses[$ref.split('/').pop()].content['application/problem+json'] as Json;
}

/** The codes in a problem's schema. */
function codesOf({ oneOf, allOf }: Json): string[] {
  return oneOf ? oneOf.flatMap(codesOf) : (allOf[1].properties.code.enum as string[]);
}

function isBounded(schema: Json): boolean {
  const types = [schema.type].flat();
  if (schema.enum || schema.$ref || schema.allOf || schema.anyOf || types.includes('boolean')) return true;
  if (types.includes('string')) return schema.maxLength !== undefined || (schema.format ?? '').startsWith('date');
  if (types.includes('array')) return schema.maxItems !== undefined && isBounded(schema.items);
  return (
    (types.includes('integer') || types.includes('number')) &&
    schema.minimum !== undefined &&
    schema.maximum !== undefined
  );
}

describe('in Korean', () => {
  let korean: Json;
  beforeAll(async () => {
    korean = (await t.fastify.inject('/openapi.json?lang=ko')).json();
  });

  it('every text is Korean (else: src/docs/korean)', () => {
    const english = [...textsOf(korean)].filter((text) => /[a-z]/i.test(text.replace(/`[^`]*`/g, '')));
    expect(english.filter((text) => !/[가-힣]/.test(text))).toEqual([]);
  });

  it('no translation of a removed text is left', () => {
    const texts = textsOf(document);
    expect(Object.keys(KOREAN).filter((text) => !texts.has(text))).toEqual([]);
  });

  it('is the same document except for its texts', () => {
    expect(JSON.parse(withoutTexts(korean))).toEqual(JSON.parse(withoutTexts(document)));
    expect(korean.components.examples.POST_NOT_FOUND.value.title).toMatch(/[가-힣]/);
  });

  it.each(['fr', 'KO', '', 'ko&lang=en'])('?lang=%s is refused', async (lang) => {
    for (const address of ['/openapi.json', '/docs']) {
      const { statusCode, headers } = await t.fastify.inject(`${address}?lang=${lang}`);
      expect([statusCode, headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8']);
    }
  });
});

/** Descriptions and summaries, without those of the errors' examples. */
function textsOf(node: unknown): Set<string> {
  return new Set(
    schemasIn(node).flatMap((one) => [one.description, one.summary].filter((text) => typeof text === 'string')),
  );
}

function withoutTexts(one: Json): string {
  const { examples, ...components } = one.components as Json;
  const texts = new Set(['description', 'summary']);
  return JSON.stringify({ ...one, components: { ...components, codes: Object.keys(examples) } }, (key, value) =>
    texts.has(key) && typeof value === 'string' ? undefined : value,
  );
}

describe('the pages for people', () => {
  it('link from / to the reference and to the document', async () => {
    const home = await t.fastify.inject('/');
    expect(home.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const [, address] of home.payload.matchAll(/href="(\/[^"]*)"/g)) {
      expect({ address, status: (await t.fastify.inject(address)).statusCode }).toEqual({ address, status: 200 });
    }
  });

  it('fit telephones, and have the language of ?lang=, else of Accept-Language', async () => {
    const page = async (url: string, language = '') =>
      (await t.fastify.inject({ url, headers: { 'accept-language': language } })).payload;
    for (const [url, language, lang] of [
      ['/docs', '', 'en'],
      ['/docs', 'ko-KR,ko;q=0.9', 'ko'],
      ['/docs?lang=en', 'ko', 'en'],
      ['/docs?lang=ko', 'en', 'ko'],
    ]) {
      const html = await page(url, language);
      expect(html).toContain(`<html lang="${lang}">`);
      expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
      expect(html).toContain(`href="/docs?lang=${lang === 'en' ? 'ko' : 'en'}"`);
      expect(html.match(/<li>/g)).toHaveLength(operations.length);
    }
  });

  it('have at most 1 MB with everything that /docs loads, also without nginx', async () => {
    const headers = { 'accept-encoding': 'gzip, deflate, br' };
    const { payload } = await t.fastify.inject('/docs');
    const addresses = payload.matchAll(/<(?:script|link)[^>]+(?:src|href)="(\/[^"]+)"/g);
    const loads = new Set([...addresses].map(([, address]) => address));
    expect(loads.size).toBe(4);
    let bytes = 0;
    for (const address of ['/docs', ...loads]) {
      const { statusCode, rawPayload } = await t.fastify.inject({ url: address, headers });
      expect({ address, statusCode }).toEqual({ address, statusCode: 200 });
      bytes += rawPayload.length;
    }
    expect(bytes).toBeLessThanOrEqual(1_000_000);
  });

  it.each([
    ['gzip', 'gzip'],
    ['br, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['br', undefined],
  ])('are compressed as the browser accepts: %s', async (accepted, encoding) => {
    const { headers, rawPayload } = await t.fastify.inject({
      url: '/openapi.json',
      headers: { 'accept-encoding': accepted },
    });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toMatch(/accept-encoding/i);
    const text = encoding ? gunzipSync(rawPayload) : rawPayload;
    expect(JSON.parse(text.toString())).toEqual(document);
  });

  it('allow only our own scripts', async () => {
    for (const address of ['/', '/docs']) {
      const { headers } = await t.fastify.inject(address);
      expect(headers['content-security-policy']).toMatch(/script-src 'self'(;|$)/);
    }
  });
});
