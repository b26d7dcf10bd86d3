import { problem } from './problem.js';

/** Problems of no feature: HTTP itself, the input, the service's own state. */
export class InvalidInput extends problem(400, 'INVALID_INPUT', 'The input is not valid.', '입력 값이 올바르지 않습니다.') {}
export class MalformedRequest extends problem(400, 'MALFORMED_REQUEST', 'The request is malformed.', '요청 형식이 올바르지 않습니다.') {}
export class InvalidId extends problem(400, 'INVALID_ID', 'An id is a whole number from 1 up.', '식별자는 1 이상의 정수여야 합니다.') {}
export class InvalidCursor extends problem(400, 'INVALID_CURSOR', 'The cursor does not belong to this list.', '이 목록의 커서가 아닙니다.') {}
export class FiltersDoNotCombine extends problem(400, 'FILTERS_DO_NOT_COMBINE', 'These filters do not combine.', '함께 쓸 수 없는 조건입니다.') {}
/** Only nginx answers it (nginx/https.conf). */
export class HttpsRequired extends problem(403, 'HTTPS_REQUIRED', 'Use HTTPS: this API does not answer over plain HTTP.', 'HTTPS로 접속해 주세요. HTTP로는 이용할 수 없습니다.') {}
export class RouteNotFound extends problem(404, 'ROUTE_NOT_FOUND', 'There is nothing at this address.', '없는 주소입니다.') {}
export class MethodNotAllowed extends problem(405, 'METHOD_NOT_ALLOWED', 'This address does not take that method.', '이 주소에서 쓸 수 없는 메서드입니다.') {}
export class RequestTimeout extends problem(408, 'REQUEST_TIMEOUT', 'The request did not arrive in time.', '요청이 제시간에 도착하지 않았습니다.') {}
export class EditConflict extends problem(412, 'EDIT_CONFLICT', 'It was changed meanwhile: read it again.', '그사이 변경되었습니다. 다시 읽어 주세요.') {}
export class BodyTooLarge extends problem(413, 'BODY_TOO_LARGE', 'The body is too large.', '본문이 너무 큽니다.') {}
export class UriTooLong extends problem(414, 'URI_TOO_LONG', 'The address is too long.', '주소가 너무 깁니다.') {}
export class UnsupportedMediaType extends problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON (application/json).', 'JSON(application/json)으로 보내 주세요.') {}
export class HeadersTooLarge extends problem(431, 'HEADERS_TOO_LARGE', 'The headers are too large.', '헤더가 너무 큽니다.') {}
export class TooManyRequests extends problem(429, 'TOO_MANY_REQUESTS', 'Too many requests: wait a little.', '요청이 너무 잦습니다. 잠시 후 다시 시도해 주세요.') {}
export class InternalError extends problem(500, 'INTERNAL_ERROR', 'Something went wrong here.', '서버에 문제가 생겼습니다.') {}
export class Overloaded extends problem(503, 'OVERLOADED', 'Too much is asked right now: try again in a moment.', '지금은 요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.') {}
export class InsufficientStorage extends problem(507, 'INSUFFICIENT_STORAGE', 'The server has no room left to store this.', '서버의 저장 공간이 부족합니다.') {}
export class Unavailable extends problem(503, 'UNAVAILABLE', 'The service is not available right now.', '지금은 서비스를 이용할 수 없습니다.') {}
