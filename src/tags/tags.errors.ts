import { problem } from '../common/problems/problem.js';

export class TagNotFound extends problem(404, 'TAG_NOT_FOUND', 'No post has this tag.', '이 태그가 붙은 글이 없습니다.') {}
