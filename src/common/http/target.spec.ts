import { describe, expect, it } from '@jest/globals';
import { checkTarget, loggablePath } from './target.js';

describe('a request target', () => {
  it.each(['/', '/api/v1/tags/%ED%95%9C%EA%B8%80?q=a+b&x=%25', '/a?b=%00'.slice(0, 4)])('may be %s', (url) =>
    expect(() => checkTarget(url)).not.toThrow(),
  );
  it.each(['/%', '/%zz', '/%ff', '/%00', '/?q=%ED%A0%80', '/한글', '/\xff', '/a b', '', `/?q=e${'%CC%81'.repeat(31)}`])(
    'must not be %s',
    (url) => expect(() => checkTarget(url)).toThrow('MALFORMED_REQUEST'),
  );
});

describe('a path in a log', () => {
  it.each([
    ['/api/v1/posts/7?q=secret', '/api/v1/posts/7'],
    ['/api/v1/calendars/abc.ics', '/api/v1/calendars/[hidden]'],
    [`/reset/${'a'.repeat(43)}`, '/reset/[hidden]'],
    [`/x/mr7.0.${'b'.repeat(64)}/y`, '/x/mr7.0.[hidden]/y'],
    [`/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${'c'.repeat(80)}.${'d'.repeat(43)}`, '/[hidden].[hidden].[hidden]'],
    [`/api/v1/tags/${'%ED%95%9C'.repeat(3)}`, `/api/v1/tags/${'%ED%95%9C'.repeat(3)}`],
  ])('%s is written %s', (url, path) => expect(loggablePath(url)).toBe(path));
});
