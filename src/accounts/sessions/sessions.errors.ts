import { problem } from '../../common/problems/problem.js';

export class TokenMissing extends problem(401, 'TOKEN_MISSING', 'Log in first.', '로그인이 필요합니다.') {}
export class TokenInvalid extends problem(401, 'TOKEN_INVALID', 'The access token is not valid.', '액세스 토큰이 올바르지 않습니다.') {}
export class TokenExpired extends problem(401, 'TOKEN_EXPIRED', 'The access token has expired: refresh it.', '액세스 토큰이 만료되었습니다.') {}
export class SessionEnded extends problem(401, 'SESSION_ENDED', 'This session has ended: log in again.', '종료된 로그인입니다. 다시 로그인해 주세요.') {}
export class WrongCredentials extends problem(401, 'WRONG_CREDENTIALS', 'The username or the password is not right.', '아이디 또는 비밀번호가 올바르지 않습니다.') {}
export class RefreshTokenInvalid extends problem(401, 'REFRESH_TOKEN_INVALID', 'The refresh token is not valid: log in again.', '리프레시 토큰이 올바르지 않습니다. 다시 로그인해 주세요.') {}
export class SessionNotFound extends problem(404, 'SESSION_NOT_FOUND', 'You have no such session.', '로그인 기록을 찾을 수 없습니다.') {}
export class OriginNotAllowed extends problem(403, 'ORIGIN_NOT_ALLOWED', 'The cookie cannot be used from this origin.', '이 출처에서는 쿠키를 사용할 수 없습니다.') {}
export class RefreshCookieTwice extends problem(400, 'REFRESH_COOKIE_TWICE', 'The refresh cookie came more than once: log in again.', '리프레시 쿠키가 두 번 이상 왔습니다. 다시 로그인해 주세요.') {}
