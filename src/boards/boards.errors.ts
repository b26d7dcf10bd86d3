import { problem } from '../common/problems/problem.js';

export class BoardNotFound extends problem(404, 'BOARD_NOT_FOUND', 'There is no such board.', '게시판을 찾을 수 없습니다.') {}
export class MembersOnly extends problem(403, 'MEMBERS_ONLY', 'Only members may read this board: log in.', '회원만 볼 수 있는 게시판입니다.') {}
export class VerificationRequired extends problem(403, 'VERIFICATION_REQUIRED', 'This board is for verified students.', '학교 인증이 필요한 게시판입니다.') {}
export class StaffOnly extends problem(403, 'STAFF_ONLY', 'Only staff may write here.', '운영진만 쓸 수 있는 게시판입니다.') {}
export class BoardArchived extends problem(409, 'BOARD_ARCHIVED', 'The board is archived: nothing new is written in it.', '보관된 게시판에는 쓸 수 없습니다.') {}
export class NotBoardOwner extends problem(403, 'NOT_BOARD_OWNER', 'Only the owner of the board may do this.', '게시판 주인만 할 수 있습니다.') {}
export class SlugTaken extends problem(409, 'SLUG_TAKEN', 'This slug is taken.', '이미 사용 중인 주소 이름입니다.') {}
export class TooManyBoards extends problem(409, 'TOO_MANY_BOARDS', 'You have as many boards as an account may have.', '더 이상 게시판을 만들 수 없습니다.') {}
export class AccessNotHeld extends problem(403, 'ACCESS_NOT_HELD', 'You can only set access that you hold yourself.', '본인에게 없는 접근 권한은 설정할 수 없습니다.') {}
export class AccessOnlyTightened extends problem(
  409,
  'ACCESS_ONLY_TIGHTENED',
  'Something was written here: access can only be tightened.',
  '글이 있는 게시판의 접근 권한은 더 엄격하게만 바꿀 수 있습니다.',
) {}
