import { ACCESS, type Access } from '../../common/viewer.js';
import type { Talk } from './talk.js';
import { careerTalks } from './talks/career.js';
import { clubTalks } from './talks/clubs.js';
import { freeTalks } from './talks/free.js';
import { freshmanTalks } from './talks/freshman.js';
import { infoTalks } from './talks/info.js';
import { marketTalks } from './talks/market.js';
import { memberTalks } from './talks/members.js';
import { studentTalks } from './talks/students.js';

export interface DemoBoard {
  slug: string;
  name: string;
  description: string;
  talks: Talk[];
  /** How many posts it has. */
  posts: number;
  /** true by default */
  allowAnonymous?: boolean;
  /** Who reads and writes; without it everyone reads and members write. */
  access?: Access;
}

export const DEMO_BOARDS: DemoBoard[] = [
  {
    slug: 'free',
    name: '자유게시판',
    description: '학교생활, 잡담, 고민, 무엇이든 편하게 이야기해요.',
    talks: freeTalks,
    posts: 92,
  },
  {
    slug: 'freshmen',
    name: '새내기게시판',
    description: '처음이라 궁금한 것, 무엇이든 물어보세요. 선배들이 답해 드려요.',
    talks: freshmanTalks,
    posts: 34,
  },
  {
    slug: 'info',
    name: '정보게시판',
    description: '장학금, 도서관, 셔틀, 자취 꿀팁까지 알아 두면 좋은 정보를 나눠요.',
    talks: infoTalks,
    posts: 34,
  },
  {
    slug: 'market',
    name: '장터',
    description: '중고책, 자취 용품, 방 양도. 직거래로 안전하게 거래해요.',
    talks: marketTalks,
    posts: 44,
  },
  {
    slug: 'career',
    name: '취업·진로',
    description: '인턴, 공모전, 대학원, 자격증 이야기를 나누는 곳이에요.',
    talks: careerTalks,
    posts: 30,
  },
  {
    slug: 'clubs',
    name: '동아리·학회',
    description: '모집과 공연 소식을 실명(닉네임)으로 올려 주세요.',
    talks: clubTalks,
    posts: 26,
    allowAnonymous: false,
  },
  {
    slug: 'students',
    name: '재학생 전용',
    description: '재학생 인증을 한 사람만 읽고 쓰는 곳. 강의평, 시험, 수강신청 이야기.',
    talks: studentTalks,
    posts: 26,
    access: 'verified',
  },
  {
    slug: 'members',
    name: '회원 게시판',
    description: '로그인한 회원끼리 나누는 조용한 이야기.',
    talks: memberTalks,
    posts: 16,
    access: 'members',
  },
];

/** Index into ACCESS. */
export function readLevel({ access }: DemoBoard): number {
  return ACCESS.indexOf(access ?? 'everyone');
}
