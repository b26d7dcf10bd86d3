/** Accounts for log-in. Verified students read and write in every board. */
export const DEMO_ACCOUNTS = [
  { username: 'minsu', nickname: '민수', password: 'spring-campus-42', verified: true },
  { username: 'jiwoo', nickname: '지우', password: 'autumn-library-17', verified: false },
];

/** The other members: username and nickname. Their password is unknown to everybody. */
export const OTHERS = `
  librarymoss 도서관지박령
  haksik.lover 학식러
  four_am 새벽네시
  codingbear 코딩하는곰
  nightowl_k 밤샘요정
  spicyrice 떡볶이
  iced.coffee 아아수혈중
  leave_or_not 휴학고민중
  mintchoco 민트초코
  potato_j 감자튀김
  junior2 3학년2학기
  threehours 통학왕복세시간
  latecomer 지각대장
  almostdone 졸업하고싶다
  ramenwater 라면물조절
  tomorrow_me 과제는내일
  campuscat 캠퍼스고양이
  slowturtle 느린거북이
  noumbrella 우산없음
  bluepencil 파란연필
  walker_h 산책하는사람
  cloudhat 구름모자
  mapleroad 단풍길
  greenfish 초록물고기
  summerbreak 여름방학
  tangerine 귤까먹기
  threepm 오후세시
  quietone 조용한학생
  dorm3rd 기숙사3층
  milkyway_s 은하수
  seoyeon 서연
  hajun 하준
  yerin 예린
  doyun 도윤
  jiho 지호
  sua 수아
  hyunwoo 현우
  naeun 나은
  taeyang 태양
  bomin 보민
`
  .trim()
  .split('\n')
  .map((line) => {
    const [username, nickname] = line.trim().split(' ');
    return { username, nickname };
  });
