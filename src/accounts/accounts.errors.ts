import { problem } from '../common/problems/problem.js';

export class UsernameTaken extends problem(409, 'USERNAME_TAKEN', 'This username is taken.', '이미 사용 중인 아이디입니다.') {}
export class PasswordChangedSince extends problem(
  409,
  'PASSWORD_CHANGED',
  'The account is registered and its password has been changed since: log in.',
  '이미 가입되었고 그 뒤 비밀번호가 변경되었습니다. 로그인해 주세요.',
) {}
export class AccountNotFound extends problem(404, 'ACCOUNT_NOT_FOUND', 'There is no such account.', '계정을 찾을 수 없습니다.') {}
export class WrongPassword extends problem(403, 'WRONG_PASSWORD', 'The password is not right.', '비밀번호가 올바르지 않습니다.') {}
export class WrongCode extends problem(400, 'WRONG_CODE', 'The code is wrong, used or too old.', '코드가 올바르지 않거나 만료되었습니다.') {}
export class SchoolDomainNotAllowed extends problem(400, 'SCHOOL_DOMAIN_NOT_ALLOWED', 'This is not an address of the school.', '학교 이메일 주소가 아닙니다.') {}
export class LastAdminCannotLeave extends problem(409, 'LAST_ADMIN_CANNOT_LEAVE', 'The last admin cannot leave.', '마지막 관리자는 탈퇴할 수 없습니다.') {}
