export const CATALOGUE: Record<string, string> = {
  // semesters and subjects
  'The semesters, the newest first': '학기 목록(최신순)',
  'Each has its term, first and last day, time zone and holidays. Lectures and timetables belong to one semester.':
    '학기 구분, 시작일과 종료일, 시간대, 휴일이 있습니다. 강의와 시간표는 한 학기에 속합니다.',
  'Make a semester (admins)': '학기 만들기(관리자)',
  'There is one semester for each year and term. Imports need it to exist.':
    '연도와 학기 구분마다 하나입니다. 강의를 가져오려면 먼저 학기가 있어야 합니다.',
  'The semester that runs, else the next, else the last': '현재 학기(없으면 다음 학기, 그것도 없으면 지난 학기)',
  'By the days of each semester in its own time zone. 404 only while there is no semester at all.':
    '학기마다 정해진 시간대와 날짜로 판단합니다. 학기가 하나도 없을 때만 404입니다.',
  'A semester': '학기 하나',
  'Week 1 is the week, Monday to Sunday, that contains `startsOn`.':
    '1주차는 `startsOn`이 들어 있는 월요일~일요일 주입니다.',
  'Change the dates of a semester (admins)': '학기 날짜 바꾸기(관리자)',
  'Year and term stay. Calendars and free times follow the new days and holidays.':
    '연도와 학기 구분은 바뀌지 않습니다. 캘린더와 공강 시간은 새 날짜와 휴일을 따릅니다.',
  'Part of the name or of the code; white space does not matter': '과목명이나 과목 코드의 일부. 공백은 무시합니다',
  'Only those that are taught in this semester': '이 학기에 열리는 과목만',
  "The subjects, the catalogue's and those of members": '과목 목록(강의 목록의 과목과 회원이 등록한 과목)',
  'A subject (과목) has lectures: its sections in one semester. `q` finds a part of the name or the code.':
    '과목에는 학기별 분반인 강의가 있습니다. `q`로 과목명이나 과목 코드의 일부를 찾습니다.',
  'An account has 50 at most.': '계정당 최대 50개입니다.',
  'Register a subject that the catalogue lacks': '목록에 없는 과목 등록하기',
  'A subject': '과목 하나',
  'Its lectures are at `GET /lectures?q=`, by code or name.': '강의는 `GET /lectures?q=`에서 코드나 이름으로 찾습니다.',
  'Change a subject of mine, as long as nobody else uses it': '다른 사람이 쓰지 않는 내 과목 바꾸기',
  'Subjects of the catalogue are read-only. Send `If-Match` to change only the version that you saw.':
    '강의 목록의 과목은 바꿀 수 없습니다. 읽은 버전만 바꾸려면 `If-Match`를 보내세요.',
  'Delete a subject of mine that has no lectures': '강의가 없는 내 과목 삭제하기',
  'Delete its lectures first. Subjects of the catalogue are read-only.':
    '먼저 그 과목의 강의를 삭제하세요. 강의 목록의 과목은 삭제할 수 없습니다.',
  'Week 1 is the Monday week that holds it': '이날이 들어 있는 월요일 시작 주가 1주차입니다',
  'The last day': '마지막 날',
  'An IANA name; the zone of its lectures': '강의의 시간대(IANA 이름)',
  "Days without lectures. Absent: in Asia/Seoul Korea's public holidays of these days, elsewhere none":
    '강의가 없는 날. 생략하면 Asia/Seoul에서는 이 기간의 한국 공휴일, 다른 시간대에서는 없음',
  'Without the content of the row': '행의 값은 뺀 문구',
  'The first ten': '처음 열 개',
  'All of them by their reasons, the most frequent first': '모든 행을 이유별로, 많은 것부터',
  'The first 100: cancelled ones, then those at another time or place, then all others':
    '처음 100개: 폐강된 강의, 시간이나 장소가 바뀐 강의, 나머지 순',
  '`null`: none': '`null`이면 없음',
  '`user`: registered by a member': '`user`: 회원이 등록함',
  // lectures
  'An account has 200 at most.': '계정당 최대 200개입니다.',
  'Register a lecture that the catalogue lacks': '목록에 없는 강의 등록하기',
  'A lecture, also a cancelled one': '강의 하나(폐강된 강의 포함)',
  'Timetables keep their entry of a cancelled lecture; the search does not find it.':
    '폐강된 강의는 시간표에 남아 있지만 검색에는 나오지 않습니다.',
  'Change a lecture of mine, as long as nobody else has it in a timetable': '다른 사람의 시간표에 없는 내 강의 바꾸기',
  'Your own entry of it follows. Lectures of the catalogue are read-only.':
    '내 시간표의 항목도 함께 바뀝니다. 강의 목록의 강의는 바꿀 수 없습니다.',
  'Delete a lecture of mine that is in no timetable': '시간표에 없는 내 강의 삭제하기',
  'Take it out of your own timetables first. Lectures of the catalogue are read-only.':
    '먼저 내 시간표에서 빼세요. 강의 목록의 강의는 삭제할 수 없습니다.',
  'All filters combine; those who give none list the whole semester. Cancelled lectures are not found. `fits` needs an account, and a timetable of the semester; a lecture that is in it already does not fit once more.':
    '모든 조건을 함께 쓸 수 있고, 조건이 없으면 학기 전체를 보여 줍니다. 폐강된 강의는 나오지 않습니다. `fits`는 로그인과 그 학기의 시간표가 필요하며, 이미 들어 있는 강의는 나오지 않습니다.',
  'The current one by default; with `fits` that of the timetable': '기본값은 현재 학기. `fits`를 쓰면 그 시간표의 학기',
  'Words, all of which are found: in title, code, professor, department, place or room; in the title also by letters in order (`컴공` finds 컴퓨터공학개론) or by initial consonants (`ㅋㅍㅌ`); in the department also by its abbreviation (`컴공` finds lectures of 컴퓨터공학부). Spaces and case do not matter':
    '제목, 코드, 교수, 학과, 장소, 강의실에서 모든 단어를 찾습니다. 제목은 글자 순서(`컴공`으로 컴퓨터공학개론)나 초성(`ㅋㅍㅌ`)으로도, 학과는 줄임말(`컴공`으로 컴퓨터공학부의 강의)로도 찾습니다. 공백과 대소문자는 무시합니다',
  'Part of the name of a professor': '교수 이름의 일부',
  'Part of the name of the department, or its abbreviation': '학과 이름의 일부 또는 줄임말',
  'The whole category; spaces and case do not matter': '이수 구분 전체. 공백과 대소문자는 무시합니다',
  'Also a number within a range of credits': '학점. 범위 안의 값도 찾습니다',
  'Days with commas between, 0 = Monday … 6 = Sunday: every meeting is on one of them':
    '쉼표로 구분한 요일, 0 = 월요일 … 6 = 일요일. 모든 수업이 이 요일들에 있습니다',
  'No meeting starts before: minutes since 00:00': '이 시각 전에 시작하는 수업 없음(0시부터의 분)',
  'No meeting ends after: minutes since 00:00, after `from`':
    '이 시각 뒤에 끝나는 수업 없음(0시부터의 분, `from`보다 뒤)',
  'Windows with commas between, each `day:start-end` in minutes since 00:00: every meeting lies in one of them. Windows that touch count as one':
    '쉼표로 구분한 시간대. 각각 `요일:시작-끝`(0시부터의 분)이며 모든 수업이 그중 하나에 들어갑니다. 맞닿은 시간대는 하나로 봅니다',
  'A timetable of mine with which nothing clashes': '겹치지 않아야 할 내 시간표',
  'Whether lectures without meetings are found too. By default they are, unless `day`, `from`, `to` or `cells` is given':
    '시간이 없는 강의도 찾을지 여부. `day`, `from`, `to`, `cells`가 없으면 기본으로 찾습니다',
  'Search the lectures of a semester': '학기의 강의 검색하기',
  '0 = Monday … 6 = Sunday': '0 = 월요일 … 6 = 일요일',
  'Minutes since 00:00, local': '현지 시각 0시부터의 분',
  'After `start`; over midnight it is two meetings': '`start`보다 뒤. 자정을 넘으면 수업 두 개로 나눕니다',
  'The weeks of the semester in which it is held; `null` for every week': '수업이 있는 학기 주차. 매주면 `null`',
  'The subject': '가르치는 과목',
  'The name of the subject by default': '기본값은 과목명',
  'Those of the subject by default': '기본값은 과목의 학점',
  'The place, if it is not known for each meeting': '수업마다 나눌 수 없을 때의 장소',
  'None: it is untimed': '없으면 시간이 정해지지 않은 강의',
  'The most credits where they are a range from `credits` on': '학점이 범위일 때의 최댓값(`credits`부터)',
  'The years of study that it is for': '대상 학년',
  'The catalogue does not have it any more: it clashes with nothing and gives no credits':
    '강의 목록에서 없어진 강의. 아무것과도 겹치지 않고 학점도 없습니다',
  'By day and start; none when it is untimed': '요일과 시작 시각 순서. 시간이 없으면 비어 있습니다',
  '`null`: the name of the subject': '`null`이면 과목명',
  '`null`: those of the subject': '`null`이면 과목의 학점',
  // imports
  'A form with one file of the university; docs/catalogue.md has the formats. It goes on after the answer: `Location` says where to look. Importing the same file again changes nothing.':
    '대학의 파일 하나를 폼으로 보냅니다. 형식은 docs/catalogue.md에 있습니다. 응답한 뒤에도 작업은 계속되며 `Location`에서 진행을 볼 수 있습니다. 같은 파일을 다시 가져와도 바뀌는 것이 없습니다.',
  'At most 64 MiB': '최대 64 MiB',
  'A year and a term, or the id of the semester': '연도와 학기 구분, 또는 학기 식별자',
  'Recognised by the content by default': '기본값은 내용으로 판별',
  'Only report the changes, without making them': '바뀔 내용만 보고합니다',
  'Also when more than 10 % of the lectures would vanish or lose their times':
    '강의의 10 %가 넘게 없어지거나 시간을 잃더라도 적용합니다',
  'Change nothing when there is a bad row': '잘못된 행이 있으면 아무것도 바꾸지 않습니다',
  "Update a semester's lectures from a file (admins)": '파일로 학기의 강의 맞추기(관리자)',
  'The imports, the newest first (admins)': '가져오기 목록(최신순, 관리자)',
  'Each with its state and progress. The report is at `GET /catalogue/imports/{id}` as well.':
    '각각의 상태와 진행을 보여 줍니다. 보고서는 `GET /catalogue/imports/{id}`에도 있습니다.',
  'How far an import is, and its report (admins)': '가져오기의 진행과 보고서(관리자)',
  'Ask again until `state` is final. The report counts added, changed and cancelled lectures, and lists bad rows.':
    '`state`가 끝난 상태가 될 때까지 다시 조회하세요. 보고서에는 추가·변경·폐강된 수와 잘못된 행이 있습니다.',
  'Records of the file that were read': '읽은 레코드 수',
  'Bytes of the file that were read': '읽은 바이트 수',
  'The size of the file': '파일 크기',
  'Records, of `rows`, that were compared with the catalogue': '`rows` 가운데 강의 목록과 비교한 레코드 수',
  'Records in the file': '파일의 레코드 수',
  'Lectures that these are': '그 레코드가 나타내는 강의 수',
  'Lectures without meetings': '시간이 없는 강의 수',
  'Not in the file any more: they are cancelled': '파일에서 없어져 폐강된 수',
  'Were cancelled and are in the file again': '폐강되었다가 파일에 다시 나타난 수',
  'Lectures that have lost all their times': '시간을 모두 잃은 강의 수',
  'The line of a CSV file, the place in the list of a JSON file; from 1': 'CSV 파일의 줄 또는 JSON 목록의 순서(1부터)',
  'The first 100': '처음 100개',
  'The old and new value of each field; empty for added or removed lectures':
    '항목마다 이전 값과 새 값. 추가되거나 없어진 강의는 비어 있습니다',
  'Whether the catalogue now has the same data as the file': '강의 목록이 파일과 같아졌는지 여부',
  'Why it was not applied, or would not be': '적용하지 않은(또는 않을) 이유',
  'Rows that were left out': '제외한 행',
  'Rows that are odd and were taken': '이상하지만 받아들인 행',
  'Milliseconds of each phase': '단계별 밀리초',
  '`null` until it is recognised': '판별하기 전에는 `null`',
  '`refused`: it would lose too much, or the file is not right; `failed`: it did not come to its end':
    '`refused`: 너무 많이 없어지거나 파일이 잘못됨, `failed`: 끝까지 진행하지 못함',
  '`indexing`: only of imports before the search needed no index':
    '`indexing`: 검색에 색인이 필요하던 때의 가져오기에만 있습니다',
  'Why it was refused or failed': '거부되거나 실패한 이유',
  '`null` until it is there': '나오기 전에는 `null`',
};
