export const SHARED: Record<string, string> = {
  // tags
  'Registering, logging in, sessions, passwords, addresses, leaving': '가입, 로그인, 세션, 비밀번호, 이메일 주소, 탈퇴',
  'Where people write': '글을 쓰는 게시판',
  'Writing, reading, lists, search, likes and scraps': '글 쓰기와 읽기, 목록, 검색, 좋아요와 스크랩',
  'Comments and their replies': '댓글과 답글',
  'The words on posts': '글에 붙는 태그',
  'Semesters, subjects and lectures, their search and their import': '학기, 과목, 강의와 그 검색 및 가져오기',
  'Plans for a semester, as list, picture and calendar': '학기별 시간표와 이를 보는 여러 방법',
  'Friends, and their shared timetables': '친구와 친구가 공개한 시간표',
  'For load balancers': '로드 밸런서용',
  // everywhere
  Success: '성공',
  Done: '완료',
  'accessToken of a log-in': '로그인 응답의 accessToken',
  'The `ETag` of your copy: 304 without a body if nothing has changed':
    '가지고 있는 응답의 `ETag`. 바뀐 것이 없으면 본문 없이 304로 응답합니다',
  'Of this answer, for `If-None-Match`': '이 응답의 값. `If-None-Match`에 씁니다',
  'You have the present answer': '가지고 있는 응답이 최신입니다',
  'The `ETag` of the version that you read: change only this one': '읽은 응답의 `ETag`. 그 버전일 때만 변경합니다',
  'A retry with the same key and body gets the first answer again, for 24 h':
    '같은 키와 본문으로 다시 보내면 24시간 동안 첫 응답을 그대로 돌려줍니다',
  'Where the new thing is': '새로 만든 것의 주소',
  'This is the first answer again': '첫 응답을 다시 보낸 것입니다',
  'Seconds; with `IDEMPOTENCY_KEY_IN_USE`': '초. `IDEMPOTENCY_KEY_IN_USE`일 때 보냅니다',
  'The limit, as in `"post";q=1;w=15`': '제한. `"post";q=1;w=15`와 같은 형식',
  'The rest of it, as in `"post";r=0;t=12`': '남은 횟수. `"post";r=0;t=12`와 같은 형식',
  'Seconds until the next try': '이 초가 지난 뒤에 다시 시도하세요',
  'Items a page, 20 by default': '한 페이지의 항목 수. 기본값 20',
  '`nextCursor` of the page before': '앞 페이지의 `nextCursor`',
  'Pass as `cursor` for the next page; `null` at the end':
    '다음 페이지를 부를 때 `cursor`로 보냅니다. 마지막이면 `null`',
  'Where: `#/tags/3` in the body (RFC 6901), `?limit` in the query':
    '위치. 본문은 `#/tags/3`(RFC 6901), 쿼리는 `?limit`과 같은 형식',
  'A stable code for the fault': '무엇이 잘못되었는지 나타내는 고정된 코드',
  'The situation in a sentence, by Accept-Language (en, ko)':
    '상황을 설명하는 문장. Accept-Language(en, ko)를 따릅니다',
  'Details of this case': '이 경우에 대한 자세한 설명',
  'The path that was asked for, without its query': '요청한 경로(쿼리 제외)',
  'Stable: branch on this': '바뀌지 않는 코드. 이 값으로 분기하세요',
  'Quote this when you report a fault; the logs hold it': '문제를 알릴 때 함께 보내 주세요. 서버 로그에도 남습니다',
  'Each bad key of the input; empty otherwise': '입력에서 잘못된 항목들. 없으면 빈 배열',
  // operation
  'Whether the process answers; touches nothing': '프로세스가 응답하는지 확인',
  'No database and no other service is asked. Restart an instance that does not answer; take it out by `/health/ready`.':
    '데이터베이스나 다른 서비스를 호출하지 않습니다. 응답이 없는 인스턴스는 재시작하고, 트래픽에서 제외할 때는 `/health/ready`를 보세요.',
  'Whether this instance should get requests': '이 인스턴스가 요청을 받아도 되는지 확인',
  'Not when the database is away, its schema is behind or half migrated, or the server is on its way down.':
    '데이터베이스에 연결할 수 없거나, 스키마가 뒤처졌거나 마이그레이션이 끝나지 않았거나, 서버가 종료 중이면 준비되지 않은 상태입니다.',
};
