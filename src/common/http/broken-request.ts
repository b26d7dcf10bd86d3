import { HeadersTooLarge, MalformedRequest, RequestTimeout } from '../problems/general.errors.js';
import type { Problem, Texts } from '../problems/problem.js';
import { ADDRESS, whiteSpaceIn } from './white-space.js';

/** An error of Node's HTTP parser, with the bytes that it was reading. */
export interface ParserError {
  code?: string;
  reason?: string;
  rawPacket?: Buffer;
}

/** The problem with bytes that are no request: most often Korean in an address, or a line break in a pasted token. */
export function problemOfParser(error: ParserError): Problem {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout();
  return new MalformedRequest({ detail: flawOfTarget(error) ?? flawOfHeader(error) });
}

/** The language that the bytes ask for, if they have it. */
export function languageAskedFor({ rawPacket }: ParserError): string | undefined {
  return /^accept-language:([^\r\n]*)/im.exec(rawPacket?.toString('latin1') ?? '')?.[1];
}

function flawOfTarget({ code, rawPacket }: ParserError): Texts | undefined {
  if (!['HPE_UNEXPECTED_SPACE', 'HPE_INVALID_URL', 'HPE_INVALID_CONSTANT'].includes(code ?? '')) return undefined;
  const [, target = ''] = /^[A-Z]+ (.*?) HTTP\/\d/s.exec(rawPacket?.toString() ?? '') ?? [];
  const whiteSpace = whiteSpaceIn(target, ADDRESS);
  if (whiteSpace || code !== 'HPE_INVALID_URL') return whiteSpace;
  return { en: 'The address is not percent-encoded.', ko: '주소가 퍼센트 인코딩되지 않았습니다.' };
}

/** After a line break in its value, the rest of a header is no header, or a blank line. */
function flawOfHeader({ code = '', reason = '' }: ParserError): Texts | undefined {
  const isBroken = /^HPE_(CR_EXPECTED|LF_EXPECTED|INVALID_HEADER_TOKEN)$/.test(code) || /whitespace after/.test(reason);
  if (!isBroken) return undefined;
  return {
    en: 'A header contains a line break or an invalid character.',
    ko: '헤더에 줄바꿈이나 쓸 수 없는 문자가 있습니다.',
  };
}
