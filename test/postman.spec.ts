import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { collectionOf, environment } from '../scripts/postman/collection.mjs';
import { PLAN } from '../scripts/postman/plan.mjs';

type Json = { [key: string]: any };

// What the generator promises; that the collection works is seen in .ci/clients, on a server.

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

  it('cannot be made while an operation has no place in it', () => {
    const grown = structuredClone(document);
    grown.paths['/api/v1/polls'] = { get: { ...grown.paths['/api/v1/boards'].get, operationId: 'polls_list' } };
    expect(() => collectionOf(grown, PLAN)).toThrow('No place in scripts/postman/plan.mjs for polls_list');
  });

  it('cannot be made of an operation that is gone', () => {
    const shrunk = structuredClone(document);
    delete shrunk.paths['/api/v1/free-time'];
    expect(() => collectionOf(shrunk, PLAN)).toThrow('freetime_of, which is not in openapi.json');
  });

  it('deletes what is gone afterwards in its last folder only', () => {
    const early = itemsOf(collection.item.slice(0, -1)).filter(({ request }) => request.method === 'DELETE');
    expect([...new Set(early.map(operationOf))].sort()).toEqual([
      'DELETE /api/v1/auth/sessions/{id}',
      'DELETE /api/v1/comments/{id}/like',
      'DELETE /api/v1/friend-requests/{id}',
      'DELETE /api/v1/posts/{id}/like',
      'DELETE /api/v1/posts/{id}/scrap',
    ]);
  });

  it('asks for nothing in a query that it need not, and says what could be asked', () => {
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

  it('has scripts that JavaScript takes', () => {
    const scripts = [collection, ...requests].flatMap(({ event }) =>
      event.map(({ script }: Json) => script.exec.join('\n')),
    );
    expect(scripts.length).toBeGreaterThan(requests.length);
    for (const script of scripts) expect(() => new Function('pm', script)).not.toThrow();
  });
});

describe('an environment', () => {
  it('holds no secret, and every token that a script fills in as one', () => {
    const { values } = environment('id', 'name', 'https://api.campus.example') as Json;
    const secrets = values.filter(({ type }: Json) => type === 'secret');
    expect(secrets.filter(({ value }: Json) => value !== '')).toEqual([]);
    const filledIn = [...JSON.stringify(collection).matchAll(/store\.set\('(\w*(?:[tT]oken|[pP]assword))'/g)];
    // That one is in a mail, and good once.
    const names = new Set(filledIn.map(([, name]) => name).filter((name) => name !== 'resetToken'));
    expect([...names].filter((name) => !secrets.some(({ key }: Json) => key === name))).toEqual([]);
  });
});
