export const TIMETABLES: Record<string, string> = {
  // timetables
  "A friend's are at `GET /friends/{id}/timetables` alone. A page ends early where its timetables are very full.":
    '친구의 시간표는 `GET /friends/{id}/timetables`에서만 볼 수 있습니다. 시간표가 매우 많이 차 있으면 한 페이지가 짧아질 수 있습니다.',
  'Of this semester; of all by default': '이 학기의 시간표. 기본값은 모든 학기',
  'My timetables, the oldest first': '내 시간표 목록(오래된 순)',
  'The first of a semester is its primary one. An account has 20 in a semester at most.':
    '학기의 첫 시간표가 기본 시간표가 됩니다. 학기마다 최대 20개입니다.',
  'Begin a timetable': '시간표 만들기',
  'A timetable of mine': '내 시간표 하나',
  'With all its entries. Changes of the catalogue are marked on the entries and summed up in `notice`.':
    '모든 항목을 포함합니다. 강의 목록에서 바뀐 내용은 항목에 표시되고 `notice`에 요약됩니다.',
  'Name it, theme it, show it to friends, make it the primary one': '시간표 이름, 테마, 공개 범위, 기본 여부 바꾸기',
  'Each field may be left out. Friends see the primary timetable of a semester only.':
    '항목마다 생략할 수 있습니다. 친구에게는 학기의 기본 시간표만 보입니다.',
  'When it was the primary one, the oldest one left in the semester takes its place.':
    '기본 시간표였다면 그 학기에 남은 가장 오래된 시간표가 기본이 됩니다.',
  'Delete a timetable': '시간표 삭제하기',
  'The copy is private and called `name (n)`; titles, colours and memos of entries come along.':
    '복사본은 비공개이고 이름은 `이름 (n)`입니다. 항목의 제목, 색, 메모도 복사됩니다.',
  'Copy a timetable': '시간표 복사하기',
  'A lecture that clashes is refused with the entries in its way as `conflicts`, or with `onConflict=replace` takes their place. Another section of a subject is added with a warning. A timetable has 100 entries at most.':
    '겹치는 강의는 `conflicts`와 함께 거부하며, `onConflict=replace`이면 겹치는 항목을 빼고 넣습니다. 같은 과목의 다른 분반은 경고와 함께 넣습니다. 시간표당 항목은 최대 100개입니다.',
  '`replace` removes the clashing entries': '`replace`는 겹치는 항목을 뺍니다',
  'Add a lecture, or something of your own': '강의나 직접 만든 일정 넣기',
  'An entry': '항목 하나',
  'A lecture of the catalogue, or something of your own: see `kind`.':
    '강의 목록의 강의이거나 직접 만든 일정입니다. `kind`를 보세요.',
  'Your own values stay when the catalogue changes the lecture. Custom entries take credits and meetings.':
    '강의가 바뀌어도 직접 쓴 내용은 남습니다. 직접 만든 일정은 학점과 시간도 바꿀 수 있습니다.',
  'Give an entry a title, a colour, a memo; keep it private': '항목의 제목, 색, 메모, 비공개 여부 바꾸기',
  'Take an entry out': '항목 빼기',
  'Title, colour and memo go with it.': '제목, 색, 메모도 함께 없어집니다.',
  'The entry is `ok` again, as the lecture now is; one whose lecture was cancelled stays, without a mark.':
    '항목이 바뀐 강의대로 `ok`가 됩니다. 폐강된 강의의 항목은 표시 없이 남습니다.',
  "Accept the catalogue's changes": '강의 목록의 변경 확인하기',
  'It stands by itself: no script, nothing to load. The names of days follow `Accept-Language`.':
    '스크립트나 외부 파일 없이 그 자체로 볼 수 있습니다. 요일 이름은 `Accept-Language`를 따릅니다.',
  'On a light or a dark ground; `light` by default': '밝은 바탕 또는 어두운 바탕. 기본값 `light`',
  'A picture of a timetable of mine': '내 시간표 그림',
  'The themes with their colours, to draw the same picture elsewhere': '같은 그림을 그릴 수 있는 테마와 색',
  'Each colour is a fill with a text colour that is readable on it. Needs no account.':
    '색마다 바탕색과 그 위에서 읽을 수 있는 글자색이 있습니다. 계정이 필요 없습니다.',
  'One event for each meeting, weekly until the semester ends, without its holidays. A second import changes the existing events. Cancelled and untimed entries are left out.':
    '수업마다 일정 하나를 학기가 끝날 때까지 매주 반복하며 휴일은 뺍니다. 다시 가져오면 기존 일정이 바뀝니다. 폐강되었거나 시간이 없는 강의는 들어 있지 않습니다.',
  'A timetable of mine as iCalendar, to import once': '내 시간표를 iCalendar로 받기(한 번 가져오기용)',
  'The address before it is dead.': '이전 주소는 쓸 수 없게 됩니다.',
  'Make or renew the address under which calendars subscribe to a timetable of mine':
    '캘린더 앱이 내 시간표를 구독할 주소 만들기 또는 새로 받기',
  'Revoke that address': '구독 주소 없애기',
  'Calendars that subscribe get 404 from then on. The timetable stays.':
    '구독하던 캘린더는 이후 404를 받습니다. 시간표는 그대로입니다.',
  'Needs no account. A cancelled lecture is gone at the next look.':
    '계정이 필요 없습니다. 폐강된 강의는 다음에 읽을 때 없어집니다.',
  'The secret of the address': '주소의 비밀 값',
  'The calendar at a secret address, for programs that subscribe': '비밀 주소의 캘린더(구독 프로그램용)',
  'The primary timetable of each semester, or of the one asked for; none where it is private. Memos are not shown, nor lectures that were cancelled.':
    '학기마다, 또는 요청한 학기의 기본 시간표입니다. 비공개면 나오지 않습니다. 메모와 폐강된 강의는 보이지 않습니다.',
  "A friend's shared timetables, the newest semester first": '친구가 공개한 시간표(최신 학기순)',
  'By our primary timetables of the semester, on all seven days: intervals only, never whose lecture. A private entry counts as busy, a cancelled lecture does not. 404 if one of `with` is no friend of mine.':
    '그 학기의 기본 시간표로 일주일 전체를 계산합니다. 누구의 강의인지는 알 수 없고 시간대만 나옵니다. 비공개 항목은 바쁜 시간이고 폐강된 강의는 아닙니다. `with`에 친구가 아닌 계정이 있으면 누구든 404입니다.',
  'The accounts of 1 to 19 friends, with commas between': '친구 1~19명의 계정 식별자(쉼표로 구분)',
  'The current one by default': '기본값은 현재 학기',
  'Minutes since 00:00, local; 540 (9:00) by default': '현지 시각 0시부터의 분. 기본값 540(9:00)',
  'Minutes since 00:00, local; 1260 (21:00) by default': '현지 시각 0시부터의 분. 기본값 1260(21:00)',
  'The least length, 30 by default': '최소 길이. 기본값 30',
  'Counts only meetings of this week of the semester; all meetings without it':
    '이 주차에 있는 수업만 셉니다. 없으면 모두 셉니다',
  'When I and some friends are all free': '나와 친구들이 모두 비는 시간',
  '`null` on a custom entry': '직접 만든 일정이면 `null`',
  "The owner's own title, else the lecture's": '주인이 정한 제목, 없으면 강의 제목',
  'Index into the colours of the theme': '테마 색의 번호',
  'Shown to friends as busy': '친구에게는 바쁜 시간으로만 보입니다',
  'None when it is untimed': '시간이 없으면 비어 있습니다',
  '`changed`, `cancelled`, or `conflict` (changed, and clashes now) since the owner last acknowledged; else `ok`':
    '주인이 마지막으로 확인한 뒤의 상태: `changed`(변경), `cancelled`(폐강), `conflict`(변경되어 겹침), 아니면 `ok`',
  '`null` when the lecture is as you have seen it: it is `ok`, or its old place is taken now':
    '강의가 확인한 내용과 같으면 `null`(`ok`이거나, 되돌아왔지만 그 자리에 다른 항목이 있는 경우)',
  'Entries that a changed lecture clashes with': '바뀐 강의와 겹치는 항목',
  'When the first of the changes came': '첫 변경이 있었던 시각',
  'Entries whose lecture has changed': '강의가 바뀐 항목 수',
  'Entries whose lecture was cancelled': '강의가 폐강된 항목 수',
  'Entries whose lecture has changed and clashes now': '강의가 바뀌어 겹치게 된 항목 수',
  'Each semester with timetables has exactly one': '시간표가 있는 학기마다 정확히 하나',
  'The part that friends see while it is the primary one': '기본 시간표일 때 친구에게 보이는 범위',
  'The oldest first': '오래된 순',
  'Changes of the catalogue that you have not acknowledged yet': '강의 목록에서 바뀌었지만 아직 확인하지 않은 내용',
  'The first free `시간표 N`': '기본값은 비어 있는 첫 `시간표 N`',
  'Takes the place of the primary one; it is not given up otherwise':
    '기본 시간표를 이것으로 바꿉니다. 다른 시간표를 정하지 않고 해제할 수는 없습니다',
  'A lecture of the semester': '그 학기의 강의',
  'Something of your own; instead of a lecture': '강의 대신 직접 만든 일정',
  '`SAME_SUBJECT`: another section of the subject is in it already':
    '`SAME_SUBJECT`: 같은 과목의 다른 분반이 이미 있음',
  'The entries that it is about': '관련된 항목',
  'The entries that `onConflict=replace` has removed': '`onConflict=replace`로 뺀 항목',
  "`null`: the lecture's; not on a custom entry": '`null`이면 강의 제목. 직접 만든 일정에는 쓸 수 없습니다',
  'Of a custom entry only': '직접 만든 일정만',
  'Stands out from `fill` by 4.5 : 1 at least': '`fill`과의 명암비가 4.5 : 1 이상',
  "An entry's `color` is an index into them": '항목의 `color`가 이 목록의 번호입니다',
  'Anybody with this address can read the calendar. It is shown only once.':
    '이 주소를 아는 사람은 캘린더를 읽을 수 있습니다. 지금 한 번만 알려 드립니다.',
  '`null` in `busyOnly`': '`busyOnly`에서는 `null`',
  'Of the entries that are shown; `null` in `busyOnly`': '보이는 항목의 합. `busyOnly`에서는 `null`',
  'The entries that take place, the oldest first; `busy` for all with `busyOnly`, else for private ones':
    '열리는 항목(오래된 순). `busyOnly`에서는 모두, 아니면 비공개 항목만 `busy`',
  'Is for the owner': '주인만 볼 수 있습니다',
  'By day and start': '요일과 시작 시각 순서',
  'Who has no primary timetable in the semester or shows it to nobody (I as well): they do not count':
    '그 학기에 기본 시간표가 없거나 공개하지 않아 계산에서 빠진 사람(나도 포함될 수 있음)',
  // the wizard
  'Nothing is stored. Clashes are checked week by week, to the minute; wishes (`weights`) count by day, over all weeks. Untimed lectures never clash. Equal scores stand in the order of their lectures. The lectures of all groups have 2,000 meetings at most.':
    '아무것도 저장하지 않습니다. 주차를 분 단위까지 따지며, 희망 사항(`weights`)은 주차와 상관없이 요일별로 셉니다. 시간이 없는 강의는 겹치지 않습니다. 점수가 같으면 강의 순서를 따릅니다. 모든 그룹의 강의를 합쳐 수업은 최대 2,000개입니다.',
  'The wizard: the best ways to pick one lecture of each group without a clash':
    '시간표 마법사: 그룹마다 강의를 하나씩 겹치지 않게 고르는 가장 좋은 조합',
  'Days without anything, 0 = Monday': '아무것도 없어야 할 요일, 0 = 월요일',
  'Nothing begins before; minutes since 00:00': '이 시각 전에 시작하지 않음(0시부터의 분)',
  'Nothing ends after; minutes since 00:00': '이 시각 뒤에 끝나지 않음(0시부터의 분)',
  'Of the picked and the kept entries': '고른 강의와 그대로 두는 항목의 합',
  'Entries of this timetable that stay as they are': '그대로 둘 이 시간표의 항목',
  'All entries of this timetable stay as they are': '이 시간표의 모든 항목을 그대로 둡니다',
  'For each day from Monday to Friday without anything; 5 by default': '월~금 중 빈 요일마다. 기본값 5',
  'Against each hour between two lectures of a day; 1 by default': '하루의 두 강의 사이 빈 시간마다 감점. 기본값 1',
  'Against each day without a break of an hour between 11:00 and 14:00; 2 by default':
    '11:00~14:00에 한 시간을 비우지 못한 날마다 감점. 기본값 2',
  'Against each hour by which a day begins before 10:00; 1 by default':
    '10:00보다 일찍 시작하는 시간마다 감점. 기본값 1',
  'Against each hour by which a day ends after 18:00; 1 by default': '18:00보다 늦게 끝나는 시간마다 감점. 기본값 1',
  'Against each hour by which a day is longer than 6 hours; 1 by default':
    '하루가 6시간보다 긴 시간마다 감점. 기본값 1',
  'One lecture of each group is picked. A lecture in several groups is picked once at most':
    '그룹마다 강의 하나를 고릅니다. 여러 그룹에 있는 강의도 한 번만 고릅니다',
  'Hard conditions': '반드시 지켜야 할 조건',
  'How much each wish counts, 0 to 10': '희망 사항마다의 비중(0~10)',
  'How many suggestions, 20 by default': '추천 개수. 기본값 20',
  'Days, or hours': '요일 수 또는 시간 수',
  'The value times its weight; negative for unwanted values': '값에 비중을 곱한 점수. 원하지 않는 것은 감점입니다',
  'The sum of the points, to a hundredth': '점수의 합(소수점 둘째 자리까지)',
  'One lecture of each group, in their order': '그룹 순서대로 강의 하나씩',
  '`KEPT`: clashes with an entry that is kept; `ALREADY_KEPT`: is one':
    '`KEPT`: 그대로 두는 항목과 겹침, `ALREADY_KEPT`: 그대로 두는 항목임',
  'Indices of `groups`': '`groups`의 번호',
  '`NO_CANDIDATE`: every lecture of that group has an obstacle; `CLASH`: these groups clash, whatever is picked of them; `CREDITS`: they fit, but not with these credits; `KEPT`: the kept entries break the constraints themselves':
    '`NO_CANDIDATE`: 그룹의 모든 강의에 장애가 있음, `CLASH`: 무엇을 골라도 이 그룹들이 겹침, `CREDITS`: 겹치지 않지만 학점이 맞지 않음, `KEPT`: 그대로 두는 항목이 조건에 어긋남',
  'With `NO_CANDIDATE`, one for each lecture of the group': '`NO_CANDIDATE`일 때 그룹의 강의마다 하나',
  'The best first': '좋은 순서',
  'There was too much to look through: there may be better ones, or some at all':
    '경우의 수가 너무 많아 다 찾지 못했습니다. 더 좋은 조합이 있을 수 있습니다',
  'Why there are none': '조합이 없는 이유',
};
