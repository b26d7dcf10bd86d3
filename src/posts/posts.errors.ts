import { problem } from '../common/problems/problem.js';

export class PostNotFound extends problem(404, 'POST_NOT_FOUND', 'There is no such post.', '글을 찾을 수 없습니다.') {}
export class PostDeleted extends problem(410, 'POST_DELETED', 'This post was deleted.', '삭제된 글입니다.') {}
export class PostHidden extends problem(409, 'POST_HIDDEN', 'This post is hidden for now.', '숨겨진 글입니다.') {}
export class NotPostAuthor extends problem(403, 'NOT_POST_AUTHOR', 'Only the author of the post may do this.', '글쓴이만 할 수 있습니다.') {}
export class AnonymityNotAllowed extends problem(403, 'ANONYMITY_NOT_ALLOWED', 'One writes by name in this board.', '익명으로 쓸 수 없는 게시판입니다.') {}
export class OwnPost extends problem(403, 'OWN_POST', 'You cannot like your own post.', '본인의 글은 추천할 수 없습니다.') {}
export class SearchBusy extends problem(503, 'SEARCH_BUSY', 'Too many searches at once: try again in a moment.', '검색이 많습니다. 잠시 후 다시 시도해 주세요.') {}
