import { HeadersTooLarge, MalformedRequest, RequestTimeout } from '../problems/general.errors.js';
import type { Problem, Texts } from '../problems/problem.js';
import { strayBlank } from './pasted.js';

/** Node's HTTP parser adds to its code: the bytes that it had, and its position in them. */
export interface ParserError {
  code?: string;
  reason?: string;
  rawPacket?: Buffer;
  bytesParsed?: number;
}

/**
 * The problem for bytes that are no request. The most common cause is Korean in an address without percent-encoding,
 * then line breaks in a pasted token.
 */
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
  if (code === 'HPE_UNEXPECTED_SPACE') {
    return {
      en: 'The address ends with a line break: take it out.',
      ko: '주소 끝에 줄바꿈이 있습니다. 지우고 다시 보내 주세요.',
    };
  }
  if (code !== 'HPE_INVALID_URL' && code !== 'HPE_INVALID_CONSTANT') return undefined;
  const [, target = ''] = /^[A-Z]+ ([^\r\n]*) HTTP\/\d/.exec(rawPacket?.toString() ?? '') ?? [];
  const blank = strayBlank(target, { en: 'The address', ko: '주소' });
  if (blank || code === 'HPE_INVALID_CONSTANT') return blank;
  return { en: 'The address is not percent-encoded.', ko: '주소가 퍼센트 인코딩되지 않았습니다.' };
}

/** A line break in a header's value ends the header: the rest is no header, or a blank line. */
function flawOfHeader({ code, reason, rawPacket, bytesParsed }: ParserError): Texts | undefined {
  const isBroken = code === 'HPE_CR_EXPECTED' || code === 'HPE_LF_EXPECTED' || /whitespace after/.test(reason ?? '');
  if (!isBroken && code !== 'HPE_INVALID_HEADER_TOKEN') return undefined;
  const lines = (rawPacket?.subarray(0, bytesParsed).toString('latin1') ?? '').split(/[\r\n]+/).filter(Boolean);
  if (lines.slice(-2).some((line) => /^authorization:/i.test(line))) {
    return {
      en: 'The Authorization header holds a line break: take it out of the token.',
      ko: 'Authorization 헤더에 줄바꿈이 있습니다. 토큰에서 지우고 다시 보내 주세요.',
    };
  }
  return isBroken ? { en: 'A header holds a line break.', ko: '헤더에 줄바꿈이 있습니다.' } : undefined;
}
