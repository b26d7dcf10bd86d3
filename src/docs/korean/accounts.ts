export const ACCOUNTS: Record<string, string> = {
  // accounts
  'Register and log in': '가입하고 로그인하기',
  'The username is for logging in, and upper and lower case are the same. Others see the nickname. With `email`, a code is mailed to confirm the address. An Idempotency-Key is kept for one hour: a retry logs in, with a new session, and counts as a log-in; after a change of the password it is 409.':
    '아이디는 로그인에 쓰며 대소문자를 구분하지 않습니다. 다른 사람에게는 닉네임이 보입니다. `email`을 보내면 주소 확인 코드를 메일로 보냅니다. Idempotency-Key는 한 시간 동안 유효합니다. 다시 보내면 새 세션으로 로그인하며 로그인 횟수 제한에 포함되고, 그사이 비밀번호를 바꿨다면 409입니다.',
  'Log in': '로그인하기',
  'An unknown name and a wrong password get one and the same answer. An account has at most 50 sessions: the oldest ends for a new one.':
    '없는 아이디와 틀린 비밀번호에 같은 응답을 보냅니다. 계정마다 세션은 50개까지이며, 새로 로그인하면 가장 오래된 세션이 끝납니다.',
  'Get a new pair of tokens': '새 토큰 한 쌍 받기',
  'The refresh token is used up and replaced. When the answer gets lost, the same token may be sent again for 60 s and gets the same successor. Any older one ends the session. A session ends 180 days after its log-in at the latest (`SESSION_MAX_DAYS`).':
    '리프레시 토큰은 한 번 쓰면 새것으로 바뀝니다. 응답을 받지 못했다면 60초 동안 같은 토큰을 다시 보내 같은 새 토큰을 받을 수 있습니다. 그보다 오래된 토큰을 보내면 세션이 끝납니다. 세션은 로그인한 지 180일(`SESSION_MAX_DAYS`)이 지나면 끝납니다.',
  'Log out': '로그아웃하기',
  'Both tokens of this session are dead at once. Where the access token has expired, the refresh token (in the body or the cookie) says which session it is.':
    '이 세션의 두 토큰은 즉시 무효가 됩니다. 액세스 토큰이 만료되었다면 본문이나 쿠키의 리프레시 토큰으로 세션을 찾습니다.',
  'Log out everywhere': '모든 기기에서 로그아웃하기',
  'Ends every session of the account, this one too. All access and refresh tokens stop working at once.':
    '지금 세션을 포함해 계정의 모든 세션을 끝냅니다. 모든 액세스 토큰과 리프레시 토큰이 즉시 무효가 됩니다.',
  'Where am I logged in, newest first': '로그인된 기기 목록(최신순)',
  'Each with its device (`userAgent`), the network address it began from, and its last refresh. `current` marks this session.':
    '기기(`userAgent`), 로그인한 네트워크 주소, 마지막 갱신 시각을 보여 줍니다. 지금 세션은 `current`가 참입니다.',
  'End one session': '세션 하나 끝내기',
  'The tokens of that device stop working at once. `GET /auth/sessions` has the ids.':
    '그 기기의 토큰이 즉시 무효가 됩니다. 식별자는 `GET /auth/sessions`에 있습니다.',
  'Ask for a password-reset mail': '비밀번호 재설정 메일 요청하기',
  'The answer is the same whether or not an account has confirmed this address.':
    '이 주소를 확인한 계정이 있는지와 상관없이 같은 응답을 보냅니다.',
  'Set a new password with the token from the mail': '메일의 토큰으로 새 비밀번호 정하기',
  'Ends every session of the account.': '계정의 모든 세션을 끝냅니다.',
  'My account': '내 계정',
  'The account of the access token, with role and state of verification. `ETag` is for `PATCH`.':
    '액세스 토큰의 계정으로, 역할과 학생 인증 상태를 포함합니다. `ETag`는 `PATCH`에 씁니다.',
  'Change my nickname': '닉네임 바꾸기',
  'The new nickname shows on everything written by name. The username stays. Anonymous posts and comments stay anonymous.':
    '실명으로 쓴 모든 글과 댓글에 새 닉네임이 보입니다. 아이디는 바뀌지 않습니다. 익명 글과 댓글은 계속 익명입니다.',
  Leave: '탈퇴하기',
  'The account is gone at once, with its sessions and its mail address; friends, timetables and scraps follow. Views and likes stay counted, without the account. Cannot be undone.':
    '계정과 세션, 메일 주소가 즉시 삭제되고 친구, 시간표, 스크랩도 이어서 삭제됩니다. 조회와 좋아요는 계정 없이 개수만 남습니다. 되돌릴 수 없습니다.',
  'Everything that is stored about me': '나에 대해 저장된 모든 정보',
  'One JSON object with a key for each feature: account, sessions, posts, comments, likes, scraps, timetables, friends.':
    '계정, 세션, 글, 댓글, 좋아요, 스크랩, 시간표, 친구 등 기능마다 키를 하나씩 가진 JSON 객체입니다.',
  'Ask to confirm a mail address': '메일 주소 확인 요청하기',
  'A code is mailed there. An address that somebody else has confirmed gets the same answer.':
    '그 주소로 코드를 보냅니다. 다른 사람이 이미 확인한 주소에도 같은 응답을 보냅니다.',
  'Confirm the mail address': '메일 주소 확인하기',
  'Send the code from the mail. Codes expire, and a few wrong ones end a code: then ask for another.':
    '메일로 받은 코드를 보냅니다. 코드는 만료되며 몇 번 틀리면 쓸 수 없으니 다시 요청하세요.',
  'Change my password': '비밀번호 바꾸기',
  'All other sessions end; this device gets a new pair of tokens.':
    '다른 세션은 모두 끝나고 이 기기는 새 토큰 한 쌍을 받습니다.',
  'Ask to be verified as a student': '학생 인증 요청하기',
  'A code is mailed to the address, which has to be of an allowed school domain.':
    '허용된 학교 도메인의 주소로 코드를 보냅니다.',
  'Become a verified student': '학생 인증 완료하기',
  'Send the code from the mail to the school address. Boards for verified students then open.':
    '학교 메일로 받은 코드를 보냅니다. 이후 인증 학생 전용 게시판을 볼 수 있습니다.',
  'A public profile': '공개 프로필',
  'The public part of an account: nickname and date of registration. Posts by name are at `GET /posts?author=`.':
    '누구나 볼 수 있는 닉네임과 가입일입니다. 실명으로 쓴 글은 `GET /posts?author=`에 있습니다.',
  'The name for log-in. Upper and lower case are the same name':
    '로그인할 때 쓰는 아이디. 대소문자를 구분하지 않습니다',
  'Every character counts; common ones and those that contain the username are refused':
    '모든 글자가 유효합니다. 흔한 비밀번호나 아이디가 들어간 비밀번호는 쓸 수 없습니다',
  'The name that others see. Must hold letters, digits, "_", "-" and "."':
    '다른 사람에게 보이는 이름. 글자, 숫자, "_", "-", "."만 쓸 수 있습니다',
  'Must hold letters, digits, "_", "-" and "."': '글자, 숫자, "_", "-", "."만 쓸 수 있습니다',
  'A code is mailed there to confirm it': '주소 확인 코드를 메일로 보냅니다',
  'Where the refresh token goes: `cookie` for browsers': '리프레시 토큰을 받을 곳. 브라우저는 `cookie`',
  'Confirmed; `null` until then': '확인된 주소. 확인 전에는 `null`',
  'Whether the account counts as a verified student now': '지금 인증 학생인지 여부',
  'A JWT: send it as `Authorization: Bearer …`': 'JWT. `Authorization: Bearer …`로 보내세요',
  'Opaque; `null` when it went into the cookie': '내용을 해석하지 않는 문자열. 쿠키로 받으면 `null`',
  'Seconds until the access token expires': '액세스 토큰이 만료될 때까지의 초',
  'Not needed where the cookie is sent': '쿠키를 보내면 필요 없습니다',
  'The session of this very request': '이 요청의 세션인지 여부',
  'The network address it was begun from': '로그인한 네트워크 주소',
  'From the mail': '메일에 있는 값',
  '`keep` leaves posts and comments without their author. `remove` deletes those with a name at once, and each anonymous one at a random time within 72 hours':
    '`keep`은 글과 댓글을 작성자 없이 남깁니다. `remove`는 이름을 밝힌 것은 즉시, 익명으로 쓴 것은 72시간 안의 임의의 시각에 하나씩 삭제합니다',
  'The purpose of an open code': '메일 코드를 기다리는 용도',
  'Addresses that are not confirmed yet': '아직 확인하지 않은 주소',
  'When school addresses were confirmed; of the addresses only keyed hashes are stored':
    '학교 주소를 확인한 시각. 주소는 키를 쓴 해시로만 저장합니다',
  // friends
  'My friends, the newest first': '친구 목록(최신순)',
  "Friends see your primary timetables as far as each timetable's `visibility` allows.":
    '친구는 시간표의 `visibility`가 허용하는 만큼 기본 시간표를 볼 수 있습니다.',
  'A friend of mine': '친구 한 명',
  '404 for everybody who is not a friend, whether or not the account exists.':
    '친구가 아니면 계정이 있는지와 상관없이 404입니다.',
  'Either side may do it. The other one gets no notice.': '어느 쪽이든 끊을 수 있으며 상대에게 알리지 않습니다.',
  'End a friendship': '친구 끊기',
  'Those that I was sent, or with `direction=outgoing` those that I sent.':
    '받은 요청을 보여 줍니다. `direction=outgoing`이면 보낸 요청을 보여 줍니다.',
  '`incoming` by default: those that I can answer': '기본값 `incoming`: 내가 답할 수 있는 요청',
  'Friend requests that wait for an answer, the newest first': '답을 기다리는 친구 요청(최신순)',
  'By username, which both then see of each other. Where the other one has asked already, we are friends at once: `state` is `accepted`, and `Location` is the friend. An account sends 30 requests an hour and 3 a day to the same account, has 100 that wait for an answer and 1,000 friends at most.':
    '아이디로 요청하며 서로의 아이디가 보이게 됩니다. 상대가 이미 요청했다면 바로 친구가 되어 `state`가 `accepted`이고 `Location`은 그 친구입니다. 요청은 시간당 30번, 같은 계정에는 하루 3번까지 보낼 수 있고, 답을 기다리는 요청은 최대 100개, 친구는 최대 1,000명입니다.',
  'Ask somebody to be friends': '친구 요청하기',
  'Gone once it is declined or cancelled, or the friendship has ended.':
    '거절하거나 취소하거나 친구를 끊으면 없어집니다.',
  'A friend request that I sent or was sent': '보내거나 받은 친구 요청 하나',
  'Only who asked can, as long as it waits for an answer.': '답을 기다리는 동안 요청한 사람만 취소할 수 있습니다.',
  'Cancel a friend request of mine': '내 친구 요청 취소하기',
  'Only who was asked can. A second time it answers the same.':
    '요청받은 사람만 할 수 있습니다. 다시 보내도 응답은 같습니다.',
  'Accept a friend request': '친구 요청 수락하기',
  'Only who was asked can.': '요청받은 사람만 할 수 있습니다.',
  'Decline a friend request': '친구 요청 거절하기',
  'When we became friends': '친구가 된 시각',
  '`incoming`: I was asked': '`incoming`: 받은 요청',
  '`accepted`: we are friends': '`accepted`: 친구가 됨',
  'Of the other one: who asks tells it': '상대의 아이디',
  'The other one; `null` until the one whom I asked accepts': '상대. 내가 보낸 요청은 수락될 때까지 `null`',
  'Of the one to ask; upper and lower case are the same name': '요청할 상대의 아이디. 대소문자를 구분하지 않습니다',
};
