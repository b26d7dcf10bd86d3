import { seededRandom, zipf } from './random.mjs';

/** Fields of study. A title is made of one or two of them. The earlier ones are more frequent. */
const TOPICS = (
  '경영 컴퓨터 영어 한국사 통계 물리 화학 생명 경제 심리 법학 행정 정치 사회 철학 불교 교육 건축 기계 전자 반도체 로봇 환경 식품 ' +
  '의학 약학 간호 체육 음악 미술 영화 연극 문학 국어 중국어 일본어 독일어 프랑스어 러시아어 스페인어 회계 재무 마케팅 인사 무역 금융 ' +
  '보험 부동산 관광 호텔 언론 광고 방송 출판 도서관 정보 보안 네트워크 데이터베이스 운영체제 알고리즘 자료구조 인공지능 기계학습 ' +
  '딥러닝 그래픽스 게임 웹 모바일 클라우드 블록체인 사물인터넷 빅데이터 미적분학 선형대수 확률 기하학 위상수학 정수론 해석학 ' +
  '양자역학 열역학 유체역학 고체역학 동역학 전자기학 광학 천문학 지구과학 해양 기상 지질 토목 도시 교통 조경 산림 농업 축산 원예 ' +
  '유전 미생물 세포 분자 생화학 면역 해부 생리 병리 독성 영양 조리 의류 패션 섬유 염색 도예 조각 회화 판화 사진 디자인 애니메이션 ' +
  '무용 국악 성악 작곡 관현악 피아노 스포츠 골프 수영 태권도 아동 청소년 노인 가족 복지 상담 특수교육 평생교육 여성 노동 인권 ' +
  '국제관계 외교 안보 북한 동아시아 유럽 미국 중동 아프리카 고고학 인류학 민속 종교 기독교 윤리 논리 미학 언어학 번역 창작 비평'
).split(' ');
const FRONTS = (
  '현대 기초 고급 응용 일반 글로벌 창의 융합 실전 비교 고전 디지털 한국 동양 서양 지속가능한 4차산업혁명과 AI시대의 스마트 이론 계산 ' +
  '공업 산업 임상 실험 조직 수리 사회 문화 역사 Advanced Business'
).split(' ');
const ENDS = (
  '개론 실습 세미나 특강 연습 의이해 원론 입문 실험 설계 캡스톤디자인 공학 과사회 의역사 정책 이론 분석 방법론 프로젝트 ' +
  '현장실습 연구 특론 과문화 의세계 글쓰기 명작세미나 콜로키움 워크숍 과미래 와윤리'
).split(' ');
const SURNAMES = Array.from(
  '김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진나지엄채원천방',
);
const GIVEN = Array.from('민서지현수준영은하윤재희연우진주성경호정선동혜상태승규원미나라빈솔훈철용기석종환식범찬');
const COLLEGES =
  '공과대학 이과대학 문과대학 사회과학대학 경영대학 예술대학 법과대학 사범대학 의과대학 첨단융합대학'.split(' ');
const BUILDINGS = '과학관 학림관 명진관 혜화관 만해관 원흥관 신공학관 정보문화관 학술문화관 약학관 체육관 법학관'.split(
  ' ',
);
const CATEGORIES = '전공선택 전공필수 공통교양 일반교양 전공기초 학문기초 교직'.split(' ');
const LATIN = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/**
 * Lectures of one semester, as in the catalogue of a big university: three sections a subject on average, titles of
 * common words, few surnames, rooms that everybody uses; a tenth without times, a few in the evening or on Saturday.
 */
export function* lectures(count) {
  const random = seededRandom(20_260_901);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const topic = zipf(TOPICS, random);
  const end = zipf(ENDS, random);
  const surname = zipf(SURNAMES, random);
  const departments = TOPICS.slice(0, 100).map(
    (name, i) => `${COLLEGES[i % COLLEGES.length]} ${name}${i % 3 ? '학과' : '학부'}`,
  );
  const people = Array.from({ length: Math.ceil(count / 40) + 50 }, () => surname() + pick(GIVEN) + pick(GIVEN));
  for (let id = 1, subject = 0; id <= count;) {
    subject++;
    const department = Math.floor(random() ** 2 * departments.length);
    const facts = {
      subjectId: subject,
      code: pick(LATIN) + pick(LATIN) + LATIN[department % 26] + (1000 + Math.floor(random() * 9000)),
      title: titleOf({ random, pick, topic, end }),
      department: departments[department],
      category: pick(CATEGORIES),
      credits: pick([1, 2, 2, 3, 3, 3, 3, 3]),
    };
    const sections = 1 + Math.floor(random() ** 3 * 12);
    for (let section = 1; section <= sections && id <= count; section++, id++) {
      const meetings = meetingsOf(random, pick, facts.credits);
      const professors = random() < 0.05 ? [] : [pick(people)];
      yield {
        ...facts,
        id,
        section: String(section).padStart(2, '0'),
        professors,
        meetings,
      };
    }
  }
}

function titleOf({ random, pick, topic, end }) {
  const parts = [
    random() < 0.4 ? pick(FRONTS) : '',
    topic(),
    random() < 0.5 ? topic() : '',
    random() < 0.8 ? end() : '',
    random() < 0.2 ? pick(['1', '2', 'I', 'II']) : '',
  ];
  return parts.filter(Boolean).join(random() < 0.2 ? ' ' : '');
}

function meetingsOf(random, pick, credits) {
  if (random() < 0.1) return [];
  const room = `${pick(BUILDINGS)} ${100 * (1 + Math.floor(random() * 9)) + Math.floor(random() * 40)}`;
  const weeks = random() < 0.02 ? 0b1111111 : null;
  const day = random() < 0.03 ? 5 : Math.floor(random() * 5);
  const start = random() < 0.08 ? 1080 + 30 * Math.floor(random() * 4) : 540 + 30 * Math.floor(random() * 16);
  if (credits < 3 || random() < 0.35) return [{ day, start, end: start + 60 * credits, room, weeks }];
  const days = day === 5 ? [5] : [day, (day + 2) % 5].sort();
  return days.map((one) => ({ day: one, start, end: start + (random() < 0.5 ? 90 : 75), room, weeks }));
}
