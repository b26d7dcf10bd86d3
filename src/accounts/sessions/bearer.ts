import { whiteSpaceIn } from '../../common/http/white-space.js';
import type { Texts } from '../../common/problems/problem.js';

const TOKEN: Texts = { en: 'The access token', ko: '액세스 토큰' };
const SEND: Texts = {
  en: 'Send "Authorization: Bearer <accessToken>".',
  ko: '"Authorization: Bearer <accessToken>" 형식으로 보내 주세요.',
};

/** The token in `Authorization: Bearer …` (RFC 6750), or `null` when the header is something else. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Explains why `bearerOf` finds no token. Never includes the token. */
export function flawOfBearer(authorization: string): Texts {
  // Node decodes headers as Latin-1, but most clients send UTF-8.
  const header = Buffer.from(authorization, 'latin1').toString();
  const [, token = ''] = /^Bearer +(?!Bearer)(.*)$/is.exec(header) ?? [];
  return whiteSpaceIn(token, TOKEN) ?? SEND;
}
