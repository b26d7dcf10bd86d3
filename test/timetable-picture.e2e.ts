import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { anAccount, aSemester, aTimetable, at } from './support/factories.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
let timetable: any;
let path: string;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo] = await Promise.all([anAccount(t), anAccount(t)]);
  timetable = await aTimetable(minsu, await aSemester(t), { name: '내 <시간표>' });
  path = `/timetables/${timetable.id}/image.svg`;
  const custom = { title: '자료구조', credits: 3, meetings: [at(5, 630, 720, { room: '공학관 301' })] };
  expect((await minsu.post(`/timetables/${timetable.id}/entries`, { custom })).status).toBe(201);
});

describe('GET /timetables/{id}/image.svg', () => {
  it('needs an account', async () => {
    expect((await t.anyone.get(path)).status).toBe(401);
  });

  it('is 404 for the timetable of another account, and for an unknown one', async () => {
    for (const one of [path, '/timetables/999999/image.svg']) {
      expect(await jiwoo.get(one)).toMatchObject({ status: 404, body: { code: 'TIMETABLE_NOT_FOUND' } });
    }
  });

  it.each(['?appearance=blue', '?appearance=', '?appearance=dark&appearance=dark', '?width=100'])(
    'refuses %s',
    async (query) => {
      expect((await minsu.get(`${path}${query}`)).status).toBe(400);
    },
  );

  it('refuses an invalid id', async () => {
    expect(await minsu.get('/timetables/x/image.svg')).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
  });

  it('is a picture that loads nothing and runs nothing', async () => {
    const { status, headers, body } = await minsu.get(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Accept-Language',
    });
    expect(body).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>\n$/);
    expect(body).toContain('내 &#60;시간표&#62;');
    expect(body).toContain('>자료구조</text>');
  });

  it('is light unless dark is requested', async () => {
    const [one, light, dark] = await Promise.all(
      ['', '?appearance=light', '?appearance=dark'].map((q) => minsu.get(path + q)),
    );
    expect(one.body).toBe(light.body);
    expect(dark.status).toBe(200);
    expect(dark.body).not.toBe(light.body);
    expect(dark.headers.etag).not.toBe(light.headers.etag);
  });

  it('names the days in the language of the request', async () => {
    const [ko, en] = await Promise.all(
      ['ko-KR', 'en'].map((language) => minsu.get(path, { 'accept-language': language })),
    );
    expect(ko.body).toContain('>토</text>');
    expect(en.body).toContain('>Sat</text>');
    expect(en.headers.etag).not.toBe(ko.headers.etag);
  });

  it('is 304 until the timetable changes; HEAD is the same without a body', async () => {
    const { headers } = await minsu.get(path);
    const again = await minsu.get(path, { 'if-none-match': headers.etag });
    expect([again.status, again.body]).toEqual([304, '']);
    const head = await minsu.call('HEAD', path);
    expect([head.status, head.body, head.headers.etag]).toEqual([200, '', headers.etag]);
    expect((await minsu.patch(`/timetables/${timetable.id}`, { theme: 'forest' })).status).toBe(200);
    expect((await minsu.get(path, { 'if-none-match': headers.etag })).status).toBe(200);
    // An old tag gives other accounts no access.
    expect((await jiwoo.get(path, { 'if-none-match': headers.etag })).status).toBe(404);
  });

  it("needs two statements and the session's", async () => {
    const { statements } = await statementsOf(() => minsu.get(path));
    const other = await statementsOf(() => minsu.get('/accounts/me'));
    expect(statements.filter((sql) => /\b(timetables|timetable_entries)\b/.test(sql))).toHaveLength(2);
    expect(statements.length).toBeLessThanOrEqual(other.statements.length + 2);
  });
});

describe('GET /timetable-themes', () => {
  it('needs a valid token or none', async () => {
    expect((await t.anyone.get('/timetable-themes', { authorization: 'Bearer nonsense' })).status).toBe(401);
    expect((await t.anyone.get('/timetable-themes')).status).toBe(200);
  });

  it('refuses a cursor of another list', async () => {
    expect((await t.anyone.get('/timetable-themes?cursor=x')).status).toBe(400);
  });

  it('lists every theme of a timetable, with the colours of its entries', async () => {
    const { body } = await t.anyone.get('/timetable-themes');
    expect(body.nextCursor).toBeNull();
    const names = body.items.map(({ name }: any) => name);
    expect(names).toEqual(['madang', 'pastel', 'vivid', 'forest', 'mono']);
    for (const { name, colors } of body.items) {
      expect(colors).toHaveLength(12);
      expect((await minsu.patch(`/timetables/${timetable.id}`, { theme: name })).body.theme).toBe(name);
      expect((await minsu.get(path)).body).toContain(`fill="${colors[0].light.fill}"`);
    }
    expect(await t.anyone.all('/timetable-themes', 2)).toEqual(body.items);
  });
});
