import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { collectionOf, environment } from '../scripts/postman/collection.mjs';
import { PLAN } from '../scripts/postman/plan.mjs';

type Json = { [key: string]: any };

// Properties of the generator. .ci/clients tests the collection on a server.

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as Json;
const collection = collectionOf(document, PLAN) as Json;
const requests = itemsOf(collection.item);

function itemsOf(items: Json[]): Json[] {
  return items.flatMap((one) => (one.item ? itemsOf(one.item) : [one]));
}

/** `GET /api/v1/boards/{id}` of a request of the collection. */
function operationOf({ request }: Json): string {
  const path = request.url.path
    .join('/')
    .replace(/:(\w+)/g, '{$1}')
    .replace('{{feedToken}}', '{token}');
  return `${request.method} /${path}`;
}

describe('the Postman collection', () => {
  it('has every operation of the document', () => {
    const documented = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...new Set(requests.map(operationOf))].sort()).toEqual(documented.sort());
  });

  it('fails without a place for an operation', () => {
    const grown = structuredClone(document);
    grown.paths['/api/v1/polls'] = { get: { ...grown.paths['/api/v1/boards'].get, operationId: 'polls_list' } };
    expect(() => collectionOf(grown, PLAN)).toThrow('No place in scripts/postman/plan.mjs for polls_list');
  });

  it('fails for an unknown operation', () => {
    const shrunk = structuredClone(document);
    delete shrunk.paths['/api/v1/free-time'];
    expect(() => collectionOf(shrunk, PLAN)).toThrow('freetime_of, which is not in openapi.json');
  });

  it('deletes rows in its last folder only', () => {
    const early = itemsOf(collection.item.slice(0, -1)).filter(({ request }) => request.method === 'DELETE');
    expect([...new Set(early.map(operationOf))].sort()).toEqual([
      'DELETE /api/v1/auth/sessions/{id}',
      'DELETE /api/v1/comments/{id}/like',
      'DELETE /api/v1/friend-requests/{id}',
      'DELETE /api/v1/posts/{id}/like',
      'DELETE /api/v1/posts/{id}/scrap',
    ]);
  });

  it('sends only required query parameters, and documents the others', () => {
    const list = requests.find(({ name }) => name === document.paths['/api/v1/boards'].get.summary)!;
    const { parameters } = document.paths['/api/v1/boards'].get as Json;
    expect(list.request.url.query).toEqual(
      parameters
        .filter((one: Json) => one.in === 'query')
        .map(({ name, description }: Json) => ({ key: name, description, value: expect.any(String), disabled: true })),
    );
  });

  it('tests the status and the content type of each answer', () => {
    const untested = requests.filter(({ event }) => {
      const test = event.find(({ listen }: Json) => listen === 'test').script.exec.join('\n');
      return !/have\.status\(2\d\d\)/.test(test) || !/Content-Type|has no body/.test(test);
    });
    expect(untested.map(({ name }) => name)).toEqual([]);
  });

  it('has scripts with valid JavaScript', () => {
    const scripts = [collection, ...requests].flatMap(({ event }) =>
      event.map(({ script }: Json) => script.exec.join('\n')),
    );
    expect(scripts.length).toBeGreaterThan(requests.length);
    for (const script of scripts) expect(() => new Function('pm', script)).not.toThrow();
  });
});

describe('an environment', () => {
  it('contains no secret, and marks every token of a script as one', () => {
    const { values } = environment('id', 'name', 'https://api.campus.example') as Json;
    const secrets = values.filter(({ type }: Json) => type === 'secret');
    expect(secrets.filter(({ value }: Json) => value !== '')).toEqual([]);
    const filledIn = [...JSON.stringify(collection).matchAll(/store\.set\('(\w*(?:[tT]oken|[pP]assword))'/g)];
    // This one comes by mail and can be used once.
    const names = new Set(filledIn.map(([, name]) => name).filter((name) => name !== 'resetToken'));
    expect([...names].filter((name) => !secrets.some(({ key }: Json) => key === name))).toEqual([]);
  });
});
