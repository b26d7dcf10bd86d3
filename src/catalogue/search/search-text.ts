/**
 * What words are searched in: the fields of a lecture, folded, each at its place in `lectures.search_text`. The parts are
 * white space, which no folded text holds, so that no word is found across two fields.
 */
const BETWEEN_FIELDS = '\n';
const BETWEEN_ITEMS = '\t';
/** As wide as the column, in code points. */
const MAX_LENGTH = 1500;

/** The fields in their order. What a lecture is found by most comes first: what does not fit is cut off the end. */
export const FIELDS = ['title', 'initials', 'code', 'department', 'professors', 'place', 'rooms'] as const;
export type Field = (typeof FIELDS)[number];

export interface SearchedLecture {
  title: string;
  code: string;
  professors: string[];
  department: string | null;
  place: string | null;
  /** Of its meetings. */
  rooms: (string | null)[];
}

/** The value of `lectures.search_text`: whoever writes one of these fields of a lecture writes that column with it. */
export function searchTextOf({ title, code, professors, department, place, rooms }: SearchedLecture): string {
  const name = fold(title);
  const fields: Record<Field, string> = {
    title: name,
    initials: initialsOf(name),
    code: fold(code),
    department: fold(department ?? ''),
    professors: items(professors),
    place: fold(place ?? ''),
    rooms: items(rooms),
  };
  return withinColumn(FIELDS.map((field) => fields[field]));
}

/** The texts in each field of what `searchTextOf` made; none where a field is empty. */
export function fieldsOf(searchText: string): Record<Field, string[]> {
  const texts = searchText.split(BETWEEN_FIELDS);
  const entries = FIELDS.map((field, i) => [field, (texts[i] ?? '').split(BETWEEN_ITEMS).filter(Boolean)] as const);
  return Object.fromEntries(entries) as Record<Field, string[]>;
}

/** A field of a lecture `l`, in SQL. */
export function fieldInSql(field: Field): string {
  const upTo = `SUBSTRING_INDEX(l.search_text, '\\n', ${FIELDS.indexOf(field) + 1})`;
  return field === 'title' ? upTo : `SUBSTRING_INDEX(${upTo}, '\\n', -1)`;
}

/** The search text of a lecture `l` with another code and department, in SQL; both folded. */
export function withSubjectInSql(code: string, department: string): string {
  const after = FIELDS.length - 1 - FIELDS.indexOf('department');
  return `CONCAT_WS('\\n', SUBSTRING_INDEX(l.search_text, '\\n', ${FIELDS.indexOf('code')}), ${code}, ${department},
    SUBSTRING_INDEX(l.search_text, '\\n', -${after}))`;
}

function items(texts: (string | null)[]): string {
  return [...new Set(texts.map((text) => fold(text ?? '')))].filter(Boolean).join(BETWEEN_ITEMS);
}

function withinColumn(fields: string[]): string {
  const text = fields.join(BETWEEN_FIELDS);
  if (text.length <= MAX_LENGTH) return text;
  let room = MAX_LENGTH - (fields.length - 1);
  const cut = fields.map((field) => {
    const letters = Array.from(field).slice(0, room);
    room -= letters.length;
    return letters.join('');
  });
  return cut.join(BETWEEN_FIELDS);
}

/** White space, and what is as good as that because nothing of it is seen. */
const BLANK = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Two consonants that a keyboard joined because they were typed one after the other, as final consonants are. */
const JOINED: Record<string, string> = {
  ㄳ: 'ㄱㅅ',
  ㄵ: 'ㄴㅈ',
  ㄶ: 'ㄴㅎ',
  ㄺ: 'ㄹㄱ',
  ㄻ: 'ㄹㅁ',
  ㄼ: 'ㄹㅂ',
  ㄽ: 'ㄹㅅ',
  ㄾ: 'ㄹㅌ',
  ㄿ: 'ㄹㅍ',
  ㅀ: 'ㄹㅎ',
  ㅄ: 'ㅂㅅ',
};

/** As texts are compared: without blanks and case, NFC. Folding twice changes nothing. */
export function fold(text: string): string {
  return text
    .replace(BLANK, '')
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[ㄳㄵㄶㄺ-ㅀㅄ]/g, (joined) => JOINED[joined]);
}

const INITIALS = Array.from('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ');
const FIRST_SYLLABLE = 0xac00;
/** Syllables that share an initial consonant stand together in Unicode: 21 vowels by 28 endings. */
const PER_INITIAL = 21 * 28;

/** Every syllable as its initial consonant; other letters stay: `C언어` is `Cㅇㅇ`. */
export function initialsOf(text: string): string {
  return text.replace(
    /[가-힣]/g,
    (syllable) => INITIALS[Math.floor((syllable.charCodeAt(0) - FIRST_SYLLABLE) / PER_INITIAL)],
  );
}

/** The first and the last syllable with an initial consonant; `undefined` for what is none. */
export function syllablesOf(initial: string): [first: string, last: string] | undefined {
  const index = INITIALS.indexOf(initial);
  if (index === -1) return undefined;
  const first = FIRST_SYLLABLE + index * PER_INITIAL;
  return [String.fromCharCode(first), String.fromCharCode(first + PER_INITIAL - 1)];
}
