import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { classesOf, decoratorsOf, readSources } from './sources.js';

/** They change nothing, or each answer must be a new one. */
const WITHOUT_KEY = [
  'POST /auth/login',
  'POST /auth/logout',
  'POST /auth/logout-all',
  'POST /auth/password-reset',
  'POST /auth/password-reset/confirm',
  'POST /auth/refresh',
  'POST /timetables/{id}/suggestions',
];

const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
const posts = Object.entries<any>(paths)
  .filter(([, { post }]) => post)
  .map(([path, { post }]) => ({ route: `POST ${path.replace('/api/v1', '')}`, post }));
const takesKey = ({ post }: { post: any }) =>
  (post.parameters ?? []).some(({ name }: { name: string }) => name === 'Idempotency-Key');

describe('Every documented POST', () => {
  it('takes an Idempotency-Key, except for the exact list', () => {
    expect(posts.length).toBeGreaterThan(20);
    expect(
      posts
        .filter((one) => !takesKey(one))
        .map(({ route }) => route)
        .sort(),
    ).toEqual(WITHOUT_KEY);
  });

  it('with a key documents the replay and the errors of a key', () => {
    for (const { route, post } of posts.filter(takesKey)) {
      const text = JSON.stringify(Object.values<any>(post.responses).map(({ $ref, headers }) => ({ $ref, headers })));
      const missing = [
        'IdempotencyKeyInUse',
        'IdempotencyResultDeleted',
        'IdempotencyKeyReused',
        'Idempotency-Replayed',
      ];
      expect({ route, missing: missing.filter((word) => !text.includes(word)) }).toEqual({ route, missing: [] });
    }
  });
});

describe('Every handler of a POST', () => {
  const handlers = readSources()
    .filter(({ file }) => file.endsWith('.controller.ts'))
    .flatMap((source) => classesOf(source).flatMap(({ members }) => members.filter(ts.isMethodDeclaration)))
    .filter((method) => decoratorsOf(method).includes('Post'));

  it('reads the key, unless its documentation has none', () => {
    expect(handlers).toHaveLength(posts.length);
    const wrong = handlers.filter((method) => {
      const names = method.parameters.flatMap(decoratorsOf);
      const reads = names.includes('Once') || names.includes('SentIdempotencyKey');
      return reads === /idempotencyKey: false/.test(method.getText());
    });
    expect(wrong.map((method) => method.name.getText())).toEqual([]);
  });
});
