import { connect, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { anAccount } from './support/factories.js';

let t: TestApp;
let me: Client;
let token: string;
let port: number;
beforeAll(async () => {
  t = await startApp();
  me = await anAccount(t);
  token = me.accessToken!;
  await t.app.listen(0, '127.0.0.1');
  port = (t.app.getHttpServer().address() as AddressInfo).port;
});

const KOREAN = { 'accept-language': 'ko' };

/** The first answer to these bytes, which are those of a real client. */
function exchange(bytes: string | Buffer): Promise<{ status: number; head: string; body: any }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no whole answer: ${text}`)));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      const [head, body = ''] = text.split(/\r\n\r\n(.*)/s);
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? NaN);
      if (Buffer.byteLength(body) < length || Number.isNaN(length)) return;
      socket.destroy();
      const json = Buffer.from(body).subarray(0, length).toString();
      resolve({ status: Number(head.split(' ')[1]), head, body: JSON.parse(json) });
    });
  });
}

const request = (target: string, authorization = `Bearer ${token}`, more = '') =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${more}Authorization: ${authorization}\r\n\r\n`;

const INVISIBLE_IN_TOKEN = {
  en: 'The access token contains white space or an invisible character. Remove it.',
  ko: '액세스 토큰에 공백이나 보이지 않는 문자가 있습니다. 지우고 다시 보내 주세요.',
};
const NO_BEARER = {
  en: 'Send "Authorization: Bearer <accessToken>".',
  ko: '"Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
};
const INVISIBLE_IN_ADDRESS = 'The address contains white space or an invisible character. Remove it.';

describe('a pasted token', () => {
  const pasted: [what: string, header: (token: string) => string, detail: typeof NO_BEARER][] = [
    ['with an encoded line break', (token) => `Bearer ${token}%0D%0A`, INVISIBLE_IN_TOKEN],
    ['with a line break written as \\n', (token) => `Bearer ${token}\\n`, INVISIBLE_IN_TOKEN],
    ['with an encoded space before it', (token) => `Bearer %20${token}`, INVISIBLE_IN_TOKEN],
    ['with a space in it', (token) => `Bearer ${token.slice(0, 50)} ${token.slice(50)}`, INVISIBLE_IN_TOKEN],
    ['with a tab in it', (token) => `Bearer ${token.slice(0, 50)}\t${token.slice(50)}`, INVISIBLE_IN_TOKEN],
    ['with a no-break space at its end', (token) => `Bearer ${token}\u00a0`, INVISIBLE_IN_TOKEN],
    ['with a zero-width space at its end', (token) => `Bearer ${token}\u200b`, INVISIBLE_IN_TOKEN],
    ['without "Bearer"', (token) => token, NO_BEARER],
    ['with "Bearer" twice', (token) => `Bearer Bearer ${token}`, NO_BEARER],
    ['without a space after "Bearer"', (token) => `Bearer${token}`, NO_BEARER],
    ['in quotation marks', (token) => `Bearer “${token}”`, NO_BEARER],
    ['without its last part', (token) => `Bearer ${token.split('.').slice(0, 2).join('.')}`, NO_BEARER],
    ['with a name for a value', () => 'Bearer {{accessToken}}', NO_BEARER],
    ['without a value', () => 'Bearer', NO_BEARER],
    ['of another scheme', () => 'Basic dXNlcjpwYXNz', NO_BEARER],
  ];

  it.each(pasted)('%s is 401 with the reason', async (_, header, detail) => {
    // Headers are bytes: characters beyond ASCII arrive as UTF-8.
    const authorization = Buffer.from(header(token)).toString('latin1');
    for (const path of ['/accounts/me', '/boards']) {
      const answer = await t.anyone.get(path, { authorization });
      expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID', detail: detail.en } });
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      for (const part of token.split('.')) expect(answer.raw.payload).not.toContain(part.slice(0, 10));
    }
    const korean = await t.anyone.get('/accounts/me', { authorization, ...KOREAN });
    expect(korean.body).toMatchObject({ code: 'TOKEN_INVALID', detail: detail.ko });
    const { status, body } = await exchange(request('/api/v1/accounts/me', header(token)));
    expect({ status, detail: body.detail }).toEqual({ status: 401, detail: detail.en });
  });

  it('with spaces after it is accepted: HTTP removes them', async () => {
    const { status } = await exchange(request('/api/v1/accounts/me', `Bearer ${token} \t `));
    expect(status).toBe(200);
  });

  it.each(['\n', '\r', '\r\n '])('with a raw %j in it is 400', async (end) => {
    const bytes = request('/api/v1/accounts/me', `Bearer ${token.slice(0, 30)}${end}${token.slice(30)}`);
    const { status, body } = await exchange(bytes);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'MALFORMED_REQUEST' });
    expect(body.detail).toBe('A header contains a line break or an invalid character.');
  });

  it('with a raw line break is 400 in Korean as well', async () => {
    const { body } = await exchange(
      request('/api/v1/accounts/me', `Bearer ${token}\n`, 'Accept-Language: ko-KR,ko;q=0.9\r\n'),
    );
    expect(body.detail).toBe('헤더에 줄바꿈이나 쓸 수 없는 문자가 있습니다.');
  });
});

describe('a pasted address', () => {
  it.each([
    ['/boards%0A', 404, 'ROUTE_NOT_FOUND'],
    ['/boards%20?limit=1', 404, 'ROUTE_NOT_FOUND'],
    ['/boards%E2%80%8B', 404, 'ROUTE_NOT_FOUND'],
    ['/%20boards', 404, 'ROUTE_NOT_FOUND'],
    ['/posts/7%0D%0A', 400, 'INVALID_ID'],
    ['/posts/7%09/comments', 400, 'INVALID_ID'],
  ])('%s is %d %s with the reason', async (address, status, code) => {
    const answer = await t.anyone.get(address);
    expect(answer).toMatchObject({ status, body: { code, detail: INVISIBLE_IN_ADDRESS } });
    const korean = await t.anyone.get(address, KOREAN);
    expect(korean.body.detail).toBe('주소에 공백이나 보이지 않는 문자가 있습니다. 지우고 다시 보내 주세요.');
  });

  it.each([
    ['/bords', 'There is nothing at this address.'],
    ['/boards/', 'There is nothing at this address.'],
    ['/posts/{postId}', 'An id is a whole number from 1 up.'],
    ['/posts?q=a%20&limit=x', 'The input is not valid.'],
    ['/tags/%EC%97%86%EB%8A%94%20%ED%83%9C%EA%B7%B8', 'No post has this tag.'],
  ])('%s has the text of its problem', async (address, detail) => {
    expect((await t.anyone.get(address)).body.detail).toBe(detail);
  });

  it('with raw spaces around it is accepted', async () => {
    expect((await exchange(request(' /api/v1/boards '))).status).toBe(200);
  });

  it.each([
    ['/api/v1/boards x', INVISIBLE_IN_ADDRESS],
    ['/api/v1/boards\r\n', INVISIBLE_IN_ADDRESS],
    ['/api/v1/boards\n', INVISIBLE_IN_ADDRESS],
    ['/api/v1/boards\t', INVISIBLE_IN_ADDRESS],
    ['/api/v1/boards\u00a0', INVISIBLE_IN_ADDRESS],
    ['/api/v1/컴공', 'The address is not percent-encoded.'],
  ])('with a raw character (%j) is 400 with the reason', async (target, detail) => {
    const { status, body } = await exchange(request(target));
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 400,
      code: 'MALFORMED_REQUEST',
      detail,
    });
  });
});
