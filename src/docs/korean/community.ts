export const COMMUNITY: Record<string, string> = {
  // authors
  '익명, 익명1, 익명2, … or 글쓴이; in Korean in every language':
    '익명, 익명1, 익명2, … 또는 글쓴이. 모든 언어에서 한국어로 표시합니다',
  'By first appearance in the thread': '그 글타래에 처음 나타난 순서',
  'The anonymous author of the post': '익명 글의 작성자인지 여부',
  // boards
  'Part of the name or of the slug': '이름이나 슬러그의 일부',
  'The boards, the oldest first': '게시판 목록(오래된 순)',
  'Boards that you may not read are listed too, except staff boards. `q` finds a part of the name.':
    '읽을 수 없는 게시판도 나오지만 운영진 게시판은 나오지 않습니다. `q`로 이름의 일부를 찾습니다.',
  'You set only access that you hold. An account has 20 boards at most.':
    '자신이 가진 권한까지만 접근 범위로 정할 수 있습니다. 계정당 최대 20개입니다.',
  'Open a board': '게시판 만들기',
  'Its metadata is for everyone, also where its posts are not; staff boards are hidden.':
    '글을 읽을 수 없는 게시판도 기본 정보는 누구나 볼 수 있습니다. 운영진 게시판은 보이지 않습니다.',
  'A board': '게시판 하나',
  'Admins may change any. Once something was written in it, access is only tightened.':
    '관리자는 모든 게시판을 바꿀 수 있습니다. 글이 하나라도 있으면 접근 범위를 좁히기만 할 수 있습니다.',
  'Change a board of mine': '내 게시판 바꾸기',
  'Drop a board of mine; one with posts is archived': '내 게시판 삭제하기(글이 있으면 보관)',
  'A board without posts is deleted. One with posts stays readable and takes nothing new. Admins may drop any.':
    '글이 없는 게시판은 삭제됩니다. 글이 있으면 읽을 수만 있고 새 글을 쓸 수 없게 됩니다. 관리자는 모든 게시판에 할 수 있습니다.',
  '`board-{id}` by default': '기본값 `board-{id}`',
  'true by default': '기본값 true',
  '`everyone` by default': '기본값 `everyone`',
  'Never wider than `readAccess`, which it is by default; `members` at least':
    '`readAccess`보다 넓을 수 없으며 기본값은 그와 같습니다. 최소 `members`',
  'Nothing new is written in an archived board': '보관된 게시판에는 새 글을 쓸 수 없습니다',
  // tags on posts
  'The beginning of the tag, for autocompletion': '태그의 앞부분(자동 완성용)',
  '`popular` by default': '기본값 `popular`',
  'Tags, for lists and autocompletion': '태그 목록과 자동 완성',
  'Counts are of posts in boards that everyone may read. With `prefix`, suggests while somebody types.':
    '글 수는 누구나 읽을 수 있는 게시판만 셉니다. `prefix`를 쓰면 입력 중에 추천할 수 있습니다.',
  'A tag': '태그 하나',
  'Names are compared without a leading `#`, without regard to case. A tag exists while some post has it.':
    '앞의 `#`과 대소문자는 무시하고 비교합니다. 글에 하나라도 쓰인 태그만 있습니다.',
  'Posts with it in boards that everyone may read': '누구나 읽을 수 있는 게시판에서 이 태그가 붙은 글 수',
  // posts
  '`hot`: those whose likes reached the board’s threshold, the newest to do so first.':
    '`hot`은 좋아요가 게시판 기준에 이른 글을 최근에 이른 순서로 보여 줍니다.',
  '`latest` by default': '기본값 `latest`',
  'Posts with this tag; with `latest` only': '이 태그가 붙은 글. `latest`에서만 쓸 수 있습니다',
  'The posts of a board': '게시판의 글 목록',
  'Write a post': '글 쓰기',
  'Tags are created as needed and cleaned: trimmed, lower case, without `#`. `anonymous: true` hides the author for good, where the board allows it.':
    '없는 태그는 새로 만들며 공백과 `#`을 떼고 소문자로 바꿉니다. 게시판이 허용하면 `anonymous: true`로 작성자를 계속 숨길 수 있습니다.',
  'Filters combine as follows, anything else is 400: `board` with all others; `tag` or `author` with `from` and `to`; `q` with `author`; `hot` and `likes` with `board` only. Under `likes` a row may move while you page.':
    '함께 쓸 수 있는 조건은 다음과 같고 나머지는 400입니다. `board`는 모든 조건과, `tag`나 `author`는 `from`·`to`와, `q`는 `author`와, `hot`과 `likes`는 `board`하고만 쓸 수 있습니다. `likes`에서는 페이지를 넘기는 동안 글의 위치가 바뀔 수 있습니다.',
  'Posts of this board': '이 게시판의 글',
  'Posts of this account by name; only with `latest`': '이 계정이 실명으로 쓴 글. `latest`에서만 쓸 수 있습니다',
  'Each word is a phrase in title or content, all have to be there; combines with `board` and `author`':
    '제목이나 내용에 모든 단어가 들어 있는 글. `board`, `author`와 함께 쓸 수 있습니다',
  'From this day on, in the campus zone; with `latest`, not with `q`':
    '캠퍼스 시간대로 이날부터. `latest`에서만 쓰며 `q`와는 함께 쓸 수 없습니다',
  'Up to this day, inclusive': '이날까지(포함)',
  '`latest` by default; `hot` and `likes` combine with `board` only':
    '기본값 `latest`. `hot`과 `likes`는 `board`하고만 쓸 수 있습니다',
  'Posts of all boards that I may read': '읽을 수 있는 모든 게시판의 글 목록',
  'An account’s first read counts a view.': '계정마다 처음 읽을 때 조회 수가 1 늘어납니다.',
  'The number of first comments in `comments`': '처음 댓글을 이 개수만큼 `comments`에 담습니다',
  'Read a post': '글 읽기',
  'Board and anonymity stay as they are.': '게시판과 익명 여부는 바뀌지 않습니다.',
  'Edit a post of mine': '내 글 고치기',
  'Delete a post of mine, for good': '내 글 완전히 삭제하기',
  'Title, text and tags are erased at once. The post then answers 410 to those who could read it.':
    '제목, 내용, 태그가 즉시 지워집니다. 읽을 수 있던 사람에게는 410으로 응답합니다.',
  'Like a post': '글에 좋아요 누르기',
  'Counts once, however often it is sent. You cannot like your own post.':
    '여러 번 보내도 한 번만 셉니다. 자기 글에는 누를 수 없습니다.',
  'Take my like back': '좋아요 취소하기',
  'Takes nothing back a second time: the answer is the same.': '다시 보내도 응답은 같고 바뀌는 것은 없습니다.',
  'Keep a post': '글 스크랩하기',
  'Adds it to `GET /accounts/me/scraps`. Nobody else sees your scraps.':
    '`GET /accounts/me/scraps` 목록에 넣습니다. 스크랩은 다른 사람에게 보이지 않습니다.',
  'Keep a post no longer': '스크랩 취소하기',
  'Removes it from your scraps. A second time the answer is the same.':
    '스크랩 목록에서 뺍니다. 다시 보내도 응답은 같습니다.',
  'The posts with a tag, the newest first': '태그가 붙은 글(최신순)',
  'From all boards that you may read. `GET /posts?tag=` combines the tag with days.':
    '읽을 수 있는 모든 게시판에서 찾습니다. 날짜와 함께 찾을 때는 `GET /posts?tag=`를 쓰세요.',
  'My posts, also the anonymous ones': '내가 쓴 글(익명 포함)',
  'Only you see this list. The newest come first.': '본인만 볼 수 있는 목록이며 최신순입니다.',
  'Posts that I like': '좋아요를 누른 글',
  'The latest like first. Posts that were deleted, or that you may no longer read, are left out.':
    '최근에 좋아요를 누른 순서입니다. 삭제되었거나 더는 읽을 수 없는 글은 빠집니다.',
  'Posts that I keep': '스크랩한 글',
  'The latest scrap first. Posts that were deleted, or that you may no longer read, are left out.':
    '최근에 스크랩한 순서입니다. 삭제되었거나 더는 읽을 수 없는 글은 빠집니다.',
  'The beginning of the content, at most 200 characters': '내용의 앞부분(최대 200자)',
  'In a list the first ten': '목록에서는 처음 10개',
  'The same number for every reader': '읽는 사람과 상관없이 같은 수',
  'Accounts that have read it': '읽은 계정 수',
  'When its likes made it hot': '인기 글이 된 시각',
  'Whether I wrote it': '내가 썼는지 여부',
  'Whether I like it': '내가 좋아요를 눌렀는지 여부',
  'Whether I keep it': '내가 스크랩했는지 여부',
  'Any number, in order': '개수 제한 없음, 순서 유지',
  'Cannot be changed afterwards': '나중에 바꿀 수 없습니다',
  'The first page of comments where `?comments=` asked for it, else `null`':
    '`?comments=`로 요청한 경우 댓글의 첫 페이지, 아니면 `null`',
  'Replaces all; `null` clears': '전체를 바꿉니다. `null`이면 모두 지웁니다',
  // comments
  'Top-level comments are paged, each with its first three replies.':
    '댓글 단위로 페이지를 나누며 댓글마다 처음 답글 세 개를 함께 보여 줍니다.',
  'The comments on a post, oldest first': '글의 댓글 목록(오래된 순)',
  'Who may write in the board may comment. A reply to a reply goes to its root.':
    '게시판에 쓸 수 있으면 댓글도 쓸 수 있습니다. 답글에 단 답글은 원래 댓글에 붙습니다.',
  'Write a comment or a reply': '댓글이나 답글 쓰기',
  'A comment with its first replies': '댓글 하나와 처음 답글들',
  'For links to one comment. Further replies are at `GET /comments/{id}/replies`.':
    '댓글 하나로 연결할 때 씁니다. 나머지 답글은 `GET /comments/{id}/replies`에 있습니다.',
  'Edit a comment of mine': '내 댓글 고치기',
  'Replaces the text and sets `editedAt`. Send `If-Match` to change only the version that you saw.':
    '내용을 바꾸고 `editedAt`을 기록합니다. 읽은 버전만 바꾸려면 `If-Match`를 보내세요.',
  'One with replies stays as a stub without author and text until its last reply goes.':
    '답글이 있으면 마지막 답글이 없어질 때까지 작성자와 내용 없이 자리만 남습니다.',
  'Delete a comment of mine': '내 댓글 삭제하기',
  'The replies to a comment, oldest first': '댓글의 답글 목록(오래된 순)',
  'Start from `replies.nextCursor` of the comment, or without a cursor from the first reply.':
    '댓글의 `replies.nextCursor`부터 이어서 읽거나, 커서 없이 첫 답글부터 읽습니다.',
  'Like a comment': '댓글에 좋아요 누르기',
  'Counts once, however often it is sent. You cannot like your own comment.':
    '여러 번 보내도 한 번만 셉니다. 자기 댓글에는 누를 수 없습니다.',
  'My comments, also the anonymous ones; without their replies': '내가 쓴 댓글(익명 포함, 답글 제외)',
  'The top-level comment that this replies to': '답글이 달린 원래 댓글',
  '`null` unless `visible`': '`visible`이 아니면 `null`',
  'The first replies, oldest first; further ones by `GET /comments/{id}/replies`':
    '처음 답글들(오래된 순). 나머지는 `GET /comments/{id}/replies`',
  '`deleted`: a stub that stays while it has replies': '`deleted`: 답글이 있는 동안 자리만 남은 댓글',
  'The comment to reply to; a reply to a reply goes to its root':
    '답글을 달 댓글. 답글에 단 답글은 원래 댓글에 붙습니다',
};
