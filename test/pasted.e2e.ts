import { connect, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { anAccount } from './support/factories.js';

// What copying and pasting does to an address or a token, and that the answer says it.

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

describe('a pasted token', () => {
  /** What is sent instead of `Bearer <token>`, and what the answer says to it in both languages. */
  const pasted: [what: string, header: (token: string) => string, en: string, ko: string][] = [
    [
      'with an encoded line break',
      (token) => `Bearer ${token}%0A`,
      'The access token ends with a line break (%0A): take it out.',
      '액세스 토큰 끝에 줄바꿈(%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with an encoded line break of Windows',
      (token) => `Bearer ${token}%0D%0A`,
      'The access token ends with a line break (%0D%0A): take it out.',
      '액세스 토큰 끝에 줄바꿈(%0D%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with a spelled line break',
      (token) => `Bearer ${token}\\n`,
      'The access token ends with a line break (\\n): take it out.',
      '액세스 토큰 끝에 줄바꿈(\\n)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with an encoded space before it',
      (token) => `Bearer %20${token}`,
      'The access token begins with a space (%20): take it out.',
      '액세스 토큰 앞에 공백(%20)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with a space in it',
      (token) => `Bearer ${token.slice(0, 50)} ${token.slice(50)}`,
      'The access token holds a space: take it out.',
      '액세스 토큰 안에 공백이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with a tab in it',
      (token) => `Bearer ${token.slice(0, 50)}\t${token.slice(50)}`,
      'The access token holds a tab: take it out.',
      '액세스 토큰 안에 탭이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with a no-break space at its end',
      (token) => `Bearer ${token}\u00a0`,
      'The access token ends with an invisible character (U+00A0): take it out.',
      '액세스 토큰 끝에 보이지 않는 문자(U+00A0)가 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      'with a zero-width space at its end',
      (token) => `Bearer ${token}\u200b`,
      'The access token ends with an invisible character (U+200B): take it out.',
      '액세스 토큰 끝에 보이지 않는 문자(U+200B)가 있습니다. 지우고 다시 보내 주세요.',
    ],
    ...['""', "''", '``', '“”', '‘’', '<>'].map(([open, close]): (typeof pasted)[number] => [
      `in ${open}${close}`,
      (token) => `Bearer ${open}${token}${close}`,
      `The access token stands in ${open} ${close}: send it without them.`,
      `액세스 토큰이 ${open} ${close}로 싸여 있습니다. 떼고 보내 주세요.`,
    ]),
    [
      'in quotation marks together with its scheme',
      (token) => `"Bearer ${token}"`,
      'The header stands in " ": send it without them.',
      '헤더 값이 " "로 싸여 있습니다. 떼고 보내 주세요.',
    ],
    [
      'with its scheme twice',
      (token) => `Bearer Bearer ${token}`,
      '"Bearer" is there twice: send "Authorization: Bearer <accessToken>".',
      '"Bearer"가 두 번 들어 있습니다. "Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
    ],
    [
      'without its scheme',
      (token) => token,
      '"Bearer" and a space are missing before the token: send "Authorization: Bearer <accessToken>".',
      '토큰 앞에 "Bearer"와 공백이 없습니다. "Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
    ],
    [
      'with its scheme stuck to it',
      (token) => `Bearer${token}`,
      'A space is missing between "Bearer" and the token: send "Authorization: Bearer <accessToken>".',
      '"Bearer"와 토큰 사이에 공백이 없습니다. "Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
    ],
    [
      'with a colon behind its scheme',
      (token) => `Bearer: ${token}`,
      'A space and no colon belongs behind "Bearer": send "Authorization: Bearer <accessToken>".',
      '"Bearer" 뒤에는 콜론 없이 공백만 씁니다. "Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
    ],
    ...['{{accessToken}}', '{accessToken}', '<accessToken>', '$TOKEN', '${TOKEN}', 'undefined', 'null'].map(
      (name): (typeof pasted)[number] => [
        `that is ${name}`,
        () => `Bearer ${name}`,
        `"${name}" stands where the access token belongs: nothing was filled in for it.`,
        `액세스 토큰이 있을 자리에 "${name}"이(가) 그대로 들어 있습니다. 값이 채워지지 않았습니다.`,
      ],
    ),
    [
      'of which a part is missing',
      (token) => `Bearer ${token.split('.').slice(0, 2).join('.')}`,
      'An access token is three parts of letters, digits, - and _ with two dots between them, and this is not: take the whole accessToken of a log-in.',
      '액세스 토큰은 영문자, 숫자, -, _로 된 세 부분을 점 두 개로 이은 것입니다. 로그인 응답의 accessToken을 그대로 넣어 주세요.',
    ],
    [
      'that was forgotten',
      () => 'Bearer',
      'There is no token behind "Bearer": send "Authorization: Bearer <accessToken>".',
      '"Bearer" 뒤에 토큰이 없습니다. "Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
    ],
    [
      'of another scheme',
      () => 'Basic dXNlcjpwYXNz',
      'Send "Authorization: Bearer <accessToken>".',
      '"Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
    ],
  ];

  it.each(pasted)('%s is 401, and the answer says so', async (_, header, en, ko) => {
    // Headers are bytes; what is beyond ASCII arrives as UTF-8, byte by byte.
    const authorization = Buffer.from(header(token)).toString('latin1');
    for (const path of ['/accounts/me', '/boards']) {
      const answer = await t.anyone.get(path, { authorization });
      expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID', detail: en } });
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    }
    const korean = await t.anyone.get('/accounts/me', { authorization, ...KOREAN });
    expect(korean.body).toMatchObject({ code: 'TOKEN_INVALID', detail: ko });
  });

  it.each(pasted)('%s says the same on a real connection', async (_, header, en) => {
    const { status, head, body } = await exchange(request('/api/v1/accounts/me', header(token)));
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 401,
      code: 'TOKEN_INVALID',
      detail: en,
    });
    expect(head).toMatch(/^www-authenticate: Bearer error="invalid_token"/im);
  });

  it('is never in the answer, whatever is wrong with it', async () => {
    for (const [, header] of pasted) {
      const { raw } = await t.anyone.get('/accounts/me', {
        authorization: Buffer.from(header(token)).toString('latin1'),
      });
      for (const part of token.split('.')) expect(raw.payload).not.toContain(part.slice(0, 10));
    }
  });

  it.each([' ', '\t', '   '])('with %j behind it is good: HTTP drops blanks at the end of a header', async (blank) => {
    const { status } = await exchange(request('/api/v1/accounts/me', `Bearer ${token}${blank}`));
    expect(status).toBe(200);
  });

  it.each(['\n', '\r', '\r\n '])('with a raw %j in it never becomes a request, and is named', async (end) => {
    const bytes = request('/api/v1/accounts/me', `Bearer ${token.slice(0, 30)}${end}${token.slice(30)}`);
    const { status, body } = await exchange(bytes);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'MALFORMED_REQUEST' });
    expect(body.detail).toBe('The Authorization header holds a line break: take it out of the token.');
  });

  it('with a raw line break is named in Korean as well', async () => {
    const { body } = await exchange(
      request('/api/v1/accounts/me', `Bearer ${token}\n`, 'Accept-Language: ko-KR,ko;q=0.9\r\n'),
    );
    expect(body.detail).toBe('Authorization 헤더에 줄바꿈이 있습니다. 토큰에서 지우고 다시 보내 주세요.');
  });

  it('leaves other broken headers what they are', async () => {
    const { body } = await exchange('GET / HTTP/1.1\r\nHost: localhost\r\nX-Note: a\nb\r\n\r\n');
    expect(body).toMatchObject({ status: 400, detail: 'A header holds a line break.' });
  });
});

describe('a pasted address', () => {
  const pasted: [address: string, status: number, code: string, en: string, ko: string][] = [
    [
      '/boards%0A',
      404,
      'ROUTE_NOT_FOUND',
      'The address ends with a line break (%0A): take it out.',
      '주소 끝에 줄바꿈(%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards%0D%0A',
      404,
      'ROUTE_NOT_FOUND',
      'The address ends with a line break (%0D%0A): take it out.',
      '주소 끝에 줄바꿈(%0D%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards%20',
      404,
      'ROUTE_NOT_FOUND',
      'The address ends with a space (%20): take it out.',
      '주소 끝에 공백(%20)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards%20?limit=1',
      404,
      'ROUTE_NOT_FOUND',
      'The path ends with a space (%20): take it out.',
      '경로 끝에 공백(%20)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards%E2%80%8B',
      404,
      'ROUTE_NOT_FOUND',
      'The address ends with an invisible character (%E2%80%8B): take it out.',
      '주소 끝에 보이지 않는 문자(%E2%80%8B)가 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/%20boards',
      404,
      'ROUTE_NOT_FOUND',
      'The address holds a space (%20): take it out.',
      '주소 안에 공백(%20)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/posts/7%0A',
      400,
      'INVALID_ID',
      'The address ends with a line break (%0A): take it out.',
      '주소 끝에 줄바꿈(%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/posts/7%09/comments',
      400,
      'INVALID_ID',
      'The address holds a tab (%09): take it out.',
      '주소 안에 탭(%09)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards?limit=20%0A',
      400,
      'INVALID_INPUT',
      'The value of limit ends with a line break (%0A): take it out.',
      'limit 값 끝에 줄바꿈(%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards?limit=20%20',
      400,
      'INVALID_INPUT',
      'The value of limit ends with a space (%20): take it out.',
      'limit 값 끝에 공백(%20)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards?limit=+20',
      400,
      'INVALID_INPUT',
      'The value of limit begins with a space (%20): take it out.',
      'limit 값 앞에 공백(%20)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards?cursor=abc%0A',
      400,
      'INVALID_CURSOR',
      'The value of cursor ends with a line break (%0A): take it out.',
      'cursor 값 끝에 줄바꿈(%0A)이 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '/boards/',
      404,
      'ROUTE_NOT_FOUND',
      'The address ends with a slash: take it out.',
      '주소 끝에 슬래시(/)가 있습니다. 지우고 다시 보내 주세요.',
    ],
    [
      '//boards',
      404,
      'ROUTE_NOT_FOUND',
      'The address holds two slashes in a row: does the base address end with one?',
      '주소에 슬래시가 두 번 이어집니다. 기본 주소가 슬래시로 끝나는지 확인해 주세요.',
    ],
    ...['%7B%7BpostId%7D%7D', '%7BpostId%7D', ':postId', '%3CpostId%3E', 'undefined'].map(
      (name): (typeof pasted)[number] => [
        `/posts/${name}`,
        400,
        'INVALID_ID',
        `"${decodeURIComponent(name)}" stands in the address: nothing was filled in for it.`,
        `주소에 "${decodeURIComponent(name)}"이(가) 그대로 들어 있습니다. 값이 채워지지 않았습니다.`,
      ],
    ),
    ['/posts/abc', 400, 'INVALID_ID', 'An id is a whole number from 1 up.', '식별자는 1 이상의 정수여야 합니다.'],
    ['/bords', 404, 'ROUTE_NOT_FOUND', 'There is nothing at this address.', '없는 주소입니다.'],
    ['/boards?limit=x', 400, 'INVALID_INPUT', 'The input is not valid.', '입력 값이 올바르지 않습니다.'],
  ];

  it.each(pasted)('%s is %d %s, and the answer says why', async (address, status, code, en, ko) => {
    const get = (headers = {}) => t.anyone.call('GET', `//api/v1${address}`, undefined, headers);
    expect(await get()).toMatchObject({ status, body: { code, detail: en } });
    expect((await get(KOREAN)).body).toMatchObject({ code, detail: ko });
    const { body } = await exchange(request(`/api/v1${address}`));
    expect(body).toMatchObject({ status, code, detail: en });
  });

  it('is named after a POST as well', async () => {
    const answer = await t.anyone.post('/auth/login%0A', { username: 'minsu', password: 'x' });
    expect(answer.body.detail).toBe('The address ends with a line break (%0A): take it out.');
  });

  it('does not blame the white space that a search or a tag may have', async () => {
    const search = await t.anyone.get('/posts?q=a%20&limit=x');
    expect(search.body).toMatchObject({ code: 'INVALID_INPUT', detail: 'The input is not valid.' });
    const tag = await t.anyone.get('/tags/%EC%97%86%EB%8A%94%20%ED%83%9C%EA%B7%B8');
    expect(tag.body).toMatchObject({ code: 'TAG_NOT_FOUND', detail: 'No post has this tag.' });
  });

  it('with raw blanks around it is understood', async () => {
    expect((await exchange(request(' /api/v1/boards '))).status).toBe(200);
  });

  it.each([
    ['/api/v1/boards x', 'The address holds a space: take it out.'],
    ['/api/v1/boards\n', 'The address ends with a line break: take it out.'],
    ['/api/v1/boards\r\n', 'The address ends with a line break: take it out.'],
    ['/api/v1/boards\t', 'The address ends with a tab: take it out.'],
    ['/api/v1/boards\u00a0', 'The address ends with an invisible character (U+00A0): take it out.'],
    ['/api/v1/컴공', 'The address is not percent-encoded.'],
  ])('with a raw character (%j) never becomes a request, and is named', async (target, detail) => {
    const { status, body } = await exchange(request(target));
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 400,
      code: 'MALFORMED_REQUEST',
      detail,
    });
  });
});
