import { koreanKeys } from './korean-keys.js';
import { ROWS } from './password-patterns.js';

/**
 * Words that are typed with the Korean layout, in Latin spelling, and English words of common cracking lists: names,
 * greetings, love, football, stars. `candidates` adds numbers and signs.
 */
const KOREAN =
  '사랑 사랑해 사랑해요 사랑합니다 사랑한다 안녕 안녕하세요 안녕하십니까 반가워 반갑습니다 감사 감사합니다 고마워 고맙습니다 미안해 ' +
  '행복 행복해 행복하자 행복하세요 대한민국 한국 서울 부산 대구 인천 광주 대전 울산 제주 독도 우리나라 대학교 대학생 학교 학생 ' +
  '공부 공부하자 시험 시험기간 졸업 취업 합격 합격하자 장학금 비밀번호 비번 패스워드 암호 로그인 관리자 운영자 마당 게시판 익명 ' +
  '에브리타임 시간표 친구 친구야 우리 우리집 가족 엄마 아빠 엄마아빠 어머니 아버지 동생 누나 오빠 언니 형아 여보 자기야 애기 ' +
  '강아지 고양이 멍멍이 야옹이 토끼 호랑이 코끼리 햄스터 나비 별이 하늘 바다 구름 햇살 봄날 겨울 여름 가을 무지개 천사 천사야 ' +
  '악마 왕자 공주 공주님 대박 화이팅 파이팅 아자아자 최고 짱짱 바보 멍청이 돼지 돈많이 부자 부자되자 로또 로또당첨 커피 치킨 피자 ' +
  '떡볶이 삼겹살 소주 맥주 김치 라면 초콜릿 사탕 딸기 사과 바나나 수박 음악 노래 영화 축구 야구 농구 게임 롤 배그 메이플 스타 ' +
  '방탄소년단 아이유 블랙핑크 뉴진스 소녀시대 트와이스 엑소 세븐틴 임영웅 손흥민 이강인 김연아 박지성 류현진 오타니 민수 지훈 민준 ' +
  '서연 지우 수진 지민 정국 태형 윤기 남준 석진 호석 하나님 예수님 주님 할렐루야 아멘 부처님 믿음 소망 믿음소망사랑 몰라 나도몰라 ' +
  '귀찮아 배고파 졸려 심심해 집에가고싶다 하기싫어 가나다라 가나다라마바사 아야어여 ㅋㅋㅋㅋ ㅎㅎㅎㅎ ㅁㄴㅇㄹ ㅂㅈㄷㄱ ㅇㅇㅇㅇ';

const LATIN =
  'saranghae sarang annyeong annyeonghaseyo gamsahamnida daehanminguk hanguk korea korean seoul busan jeju incheon daegu ' +
  'madang everytime campus university college student school class professor exam study bts army iu blackpink newjeans ' +
  'twice exo kpop sonny kim lee park choi jung minsu jihoon minjun jimin jungkook password passwd pass pw login admin ' +
  'administrator root user guest test tester demo hello welcome iloveyou love lovely loveyou baby angel devil princess ' +
  'prince king queen happy lucky smile sunshine summer winter spring autumn monday friday january december star moon sky ' +
  'ocean flower rose tiger dragon lion monkey puppy kitty cat dog rabbit bear eagle phoenix shadow master super superman ' +
  'batman spiderman pokemon pikachu naruto starcraft maple league legend soccer football baseball basketball hockey ' +
  'golf coffee pizza chicken chocolate banana apple orange cherry computer internet google naver kakao daum samsung ' +
  'galaxy iphone android windows secret private money freedom whatever nothing letmein trustno access abc abcd abcde ' +
  'abcdef abcdefg abc123 a1b2c3 jesus christ god heaven amen';

/** Endings of a word, the most frequent first. */
const NUMBERS =
  '0 00 000 0000 1 11 111 1111 12 123 1234 12345 123456 12345678 123456789 4321 321 21 2 22 3 33 5 55 7 77 777 7777 8 88 ' +
  '8282 9 99 999 01 02 03 07 08 09 10 1004 119 112 1212 2580 486 365 100 1000 5252 7979 3535';
const SIGNS =
  '! !! !!! @ @@ # * . ~ ? !@ !@# !@#$ 1! 12! 123! 1234! 123!@# 1234!@#$ 1@ 12@ 123@ 1234@ 1# 1234# 1* 1234* !1 !12 !123 !1234 @1 @123 @1234 #1 #1234';

/** Walks from the first key of each row. */
const FIRST_WALKS = ROWS.flatMap((row) => [3, 4, 5, 6, 7].map((length) => row.slice(0, length)));

const MIN_LENGTH = 8;
/** More would cost memory and stop few guesses: an attacker begins with the frequent ones. */
const MAX_PASSWORDS = 60_000;

/**
 * Frequent passwords of at least eight characters, in lower case: words and short keyboard walks, followed by a number, a
 * year or signs. `npm run passwords` prints them. Dates, walks and repeats alone are not included: see `isPattern`.
 *
 * @param year of today: years of birth are counted from it
 */
export function frequentPasswords(year: number): Set<string> {
  const found = new Set<string>();
  for (const password of candidates(year)) {
    if (found.size >= MAX_PASSWORDS) break;
    if (password.length >= MIN_LENGTH) found.add(password);
  }
  return found;
}

function* candidates(year: number): Generator<string> {
  const words = [...KOREAN.split(' ').map(koreanKeys), ...LATIN.split(' ')];
  const tails = [...NUMBERS.split(' '), ...SIGNS.split(' ')];
  // Years in which current students were admitted and born.
  const years = [...range(year - 6, year + 1), ...range(year - 30, year - 17)].map(String);
  for (const walk of FIRST_WALKS) for (const tail of [...tails, ...years]) yield walk + tail;
  for (const word of words) {
    yield word;
    yield word + word;
    for (const tail of [...tails, ...years]) yield word + tail;
    for (const number of ['1', '12', '123', '1234']) yield number + word;
  }
}

/** Both included. */
function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
