import { problem } from '../common/problems/problem.js';

export class CommentNotFound extends problem(404, 'COMMENT_NOT_FOUND', 'There is no such comment.', '댓글을 찾을 수 없습니다.') {}
export class CommentDeleted extends problem(410, 'COMMENT_DELETED', 'This comment was deleted.', '삭제된 댓글입니다.') {}
export class CommentHidden extends problem(409, 'COMMENT_HIDDEN', 'This comment is hidden for now.', '숨겨진 댓글입니다.') {}
export class NotCommentAuthor extends problem(403, 'NOT_COMMENT_AUTHOR', 'Only the author of the comment may do this.', '댓글을 쓴 사람만 할 수 있습니다.') {}
export class OwnComment extends problem(403, 'OWN_COMMENT', 'You cannot like your own comment.', '본인의 댓글은 추천할 수 없습니다.') {}
export class ParentNotInThread extends problem(404, 'PARENT_NOT_IN_THREAD', 'The comment to reply to is not in this thread.', '답글을 달 댓글이 이 글에 없습니다.') {}
