import { quotesAround, strayBlank, unfilledName } from '../../common/http/pasted.js';
import type { Texts } from '../../common/problems/problem.js';

/** The token in `Authorization: Bearer …` (RFC 6750), or `null` when the header is something else. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

const SEND: Texts = {
  en: 'Send "Authorization: Bearer <accessToken>".',
  ko: '"Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
};
const instead = (en: string, ko: string): Texts => ({ en: `${en}: send${SEND.en.slice(4)}`, ko: `${ko} ${SEND.ko}` });

const NO_TOKEN = instead('There is no token behind "Bearer"', '"Bearer" 뒤에 토큰이 없습니다.');
const NO_SCHEME = instead('"Bearer" and a space are missing before the token', '토큰 앞에 "Bearer"와 공백이 없습니다.');
const NO_SPACE = instead(
  'A space is missing between "Bearer" and the token',
  '"Bearer"와 토큰 사이에 공백이 없습니다.',
);
const COLON = instead('A space and no colon belongs behind "Bearer"', '"Bearer" 뒤에는 콜론 없이 공백만 씁니다.');
const TWICE = instead('"Bearer" is there twice', '"Bearer"가 두 번 들어 있습니다.');
const NO_JWT: Texts = {
  en: 'An access token is three parts of letters, digits, - and _ with two dots between them, and this is not: take the whole accessToken of a log-in.',
  ko: '액세스 토큰은 영문자, 숫자, -, _로 된 세 부분을 점 두 개로 이은 것입니다. 로그인 응답의 accessToken을 그대로 넣어 주세요.',
};

/**
 * Explains why `bearerOf` finds no token in a header: characters that are lost or added by pasting are hard to see. Never
 * includes the token.
 */
export function flawOfBearer(authorization: string): Texts {
  const header = textOf(authorization);
  const around = quotesAround(header);
  if (around) return quotedIn(around, { en: 'The header', ko: '헤더 값이' });
  if (!/^bearer/i.test(header)) return /^[\w-]+\.[\w-]+\.[\w-]+\W*$/.test(header) ? NO_SCHEME : SEND;
  const rest = header.slice('Bearer'.length);
  if (rest.trim() === '') return NO_TOKEN;
  if (rest.startsWith(':')) return COLON;
  if (!/^\s/.test(rest)) return NO_SPACE;
  return flawOfToken(rest.replace(/^ +/, ''));
}

function flawOfToken(token: string): Texts {
  if (/^bearer\b/i.test(token)) return TWICE;
  const name = unfilledName(token);
  if (name) {
    return {
      en: `"${name}" stands where the access token belongs: nothing was filled in for it.`,
      ko: `액세스 토큰이 있을 자리에 "${name}"이(가) 그대로 들어 있습니다. 값이 채워지지 않았습니다.`,
    };
  }
  const around = quotesAround(token);
  if (around) return quotedIn(around, { en: 'The access token', ko: '액세스 토큰이' });
  return strayBlank(token, { en: 'The access token', ko: '액세스 토큰' }) ?? NO_JWT;
}

function quotedIn(marks: string, subject: Texts): Texts {
  return {
    en: `${subject.en} stands in ${marks}: send it without them.`,
    ko: `${subject.ko} ${marks}로 싸여 있습니다. 떼고 보내 주세요.`,
  };
}

/** Node decodes headers as Latin-1, but most clients send UTF-8. */
function textOf(header: string): string {
  const text = Buffer.from(header, 'latin1').toString();
  return text.includes('\ufffd') ? header : text;
}
