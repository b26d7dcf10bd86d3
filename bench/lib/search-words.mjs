/**
 * Classes of words for which the search of posts takes different times. `isSlow` words need a scan of very many posts.
 * Their shares of the posts: PLANTED of text.mjs.
 */
export const WORD_CLASSES = [
  { name: 'rare', words: ['양자얽힘', '분실물'] },
  { name: 'medium', words: ['운영체제', '족보', 'gpa'] },
  { name: 'frequent', words: ['중간고사'] },
  { name: 'very frequent', words: ['시험'] },
  { name: 'ending, in two of three', words: ['습니다'] },
  { name: 'none', words: ['뷁뷁뷁', '습니다습니다'] },
  { name: 'only long ago', words: ['확진자', '수강정정'], isSlow: true },
  { name: 'two words, both frequent', words: ['시험 중간고사'] },
  { name: 'two words, one rare', words: ['시험 분실물', '확진자 양자얽힘'] },
  { name: 'one syllable', words: ['뷁', '시'] },
  { name: 'letter and signs', words: ['C++'] },
  { name: 'only signs', words: ['"""'], isSlow: true },
];
