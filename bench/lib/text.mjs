import { zipf } from './random.mjs';

/**
 * Words with a known share of the posts. `until` is the share of the posts, the oldest first, after which a word is not
 * used any more.
 */
const PLANTED = [
  { word: '시험', share: 0.2 },
  { word: '중간고사', share: 0.05 },
  { word: '족보', share: 0.01 },
  { word: '운영체제', share: 0.005 },
  { word: '분실물', share: 0.001 },
  { word: '양자얽힘', share: 0.00005 },
  { word: '수강정정', share: 0.1, until: 0.3 },
  { word: '확진자', share: 0.01, until: 0.3 },
  { word: 'GPA', share: 0.01 },
  { word: 'C++', share: 0.005 },
  { word: 'ㅋㅋㅋ', share: 0.15 },
  { word: '🎉', share: 0.02 },
];

const ENDINGS = [
  '은',
  '는',
  '이',
  '가',
  '을',
  '를',
  '에서',
  '으로',
  '까지',
  '하고',
  '입니다',
  '습니다',
  '어요',
  '네요',
  '나요?',
];

/** Makes texts that look Korean to an index of syllable pairs: few frequent words, many rare ones, common endings. */
export function textMaker(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const syllables = Array.from({ length: 600 }, () => String.fromCodePoint(0xac00 + Math.floor(random() * 11_172)));
  const syllable = zipf(syllables, random);
  const vocabulary = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join(''),
  );
  const word = zipf(vocabulary, random);
  const words = (count) =>
    Array.from({ length: count }, () => word() + (random() < 0.6 ? pick(ENDINGS) : '')).join(' ');
  /** @param age 0 for the oldest post, 1 for the newest */
  const post = (age) => {
    const planted = PLANTED.filter(({ share, until = 1 }) => age <= until && random() < share).map(
      (entry) => entry.word,
    );
    const title = [words(1 + Math.floor(random() * 4)), ...planted.slice(0, 1)].join(' ');
    const content = [words(5 + Math.floor(random() ** 3 * 90)), ...planted, words(2 + Math.floor(random() * 10))].join(
      ' ',
    );
    return { title: title.slice(0, 100), content };
  };
  return { words, post };
}
