import fc from 'fast-check';
import { clash, type Meeting, type Slot } from '../../src/catalogue/meetings.js';

/** The fields of a lecture that the search reads. */
export interface PlainLecture {
  title: string;
  code: string;
  professors: string[];
  department: string | null;
  place: string | null;
  category: string | null;
  credits: number;
  creditsMax: number | null;
  cancelled: boolean;
  meetings: Meeting[];
}

export interface PlainQuery {
  q?: string;
  professor?: string;
  department?: string;
  category?: string;
  credits?: number;
  day?: string;
  from?: number;
  to?: number;
  cells?: string;
  includeUntimed?: boolean;
}

/** The expected result of the search, in the simplest code: no index, no SQL, nothing of `src/catalogue/search`. */
export function isFound(lecture: PlainLecture, query: PlainQuery, busy: Slot[] = []): boolean {
  const { meetings } = lecture;
  const { q = '', professor, department, category, credits, day, from, to, cells } = query;
  const words = q.split(/\s+/).filter(Boolean);
  const atSomeTime = day !== undefined || from !== undefined || to !== undefined || cells !== undefined;
  return (
    !lecture.cancelled &&
    words.every((word) => hasWord(lecture, word)) &&
    (professor === undefined || lecture.professors.some((name) => plain(name).includes(plain(professor)))) &&
    (department === undefined || inDepartment(lecture.department ?? '', department)) &&
    (category === undefined || (lecture.category !== null && plain(lecture.category) === plain(category))) &&
    (credits === undefined || (lecture.credits <= credits && credits <= (lecture.creditsMax ?? lecture.credits))) &&
    (meetings.length > 0 || (query.includeUntimed ?? !atSomeTime)) &&
    meetings.every((one) => day === undefined || day.split(',').includes(String(one.day))) &&
    meetings.every((one) => cells === undefined || isCovered(one, cells)) &&
    meetings.every((one) => from === undefined || one.start >= from) &&
    meetings.every((one) => to === undefined || one.end <= to) &&
    !clash(meetings, busy)
  );
}

/** Whether each minute of the meeting is in some window. */
function isCovered({ day, start, end }: Slot, cells: string): boolean {
  const windows = cells.split(',').map((cell) => cell.split(/[:-]/).map(Number));
  return Array.from({ length: end - start }, (_, i) => start + i).every((minute) =>
    windows.some(([on, from, to]) => on === day && from <= minute && minute < to),
  );
}

/** 0 exact title, 1 its beginning, 2 words in it, 3 words elsewhere, 4 letters in order, 5 abbreviated departments. */
export function rankOf(lecture: PlainLecture, { q }: PlainQuery): number {
  if (q === undefined) return 0;
  const title = plain(lecture.title);
  if (title === plain(q)) return 0;
  if (title.startsWith(plain(q))) return 1;
  return Math.max(
    ...q
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => rankOfWord(lecture, plain(word))),
  );
}

function rankOfWord(lecture: PlainLecture, word: string): number {
  if (plain(lecture.title).includes(word)) return 2;
  if (textsOf(lecture).some((text) => plain(text ?? '').includes(word))) return 3;
  return inTitle(plain(lecture.title), Array.from(word)) ? 4 : 5;
}

function textsOf({ title, code, professors, department, place, meetings }: PlainLecture): (string | null)[] {
  return [title, code, ...professors, department, place, ...meetings.map(({ room }) => room)];
}

function hasWord(lecture: PlainLecture, word: string): boolean {
  return (
    textsOf(lecture).some((text) => plain(text ?? '').includes(plain(word))) ||
    inTitle(plain(lecture.title), Array.from(plain(word))) ||
    inDepartment(lecture.department ?? '', word)
  );
}

/** Its name, or an abbreviation: its first letter and others in order, without the ending. */
function inDepartment(department: string, word: string): boolean {
  if (plain(department).includes(plain(word))) return true;
  const letters = Array.from(plain(word));
  if (letters.length < 2 || !letters.every((one) => /[가-힣]/.test(one)) || plain(word) === '전공') return false;
  const stems = department.split(/\s+/).map((part) => plain(part).replace(/(학과|학|과)$/, ''));
  return stems.some((stem) => stem.startsWith(letters[0]) && inTitle(stem, letters));
}

function inTitle(title: string, word: string[]): boolean {
  const letters = Array.from(title);
  const consonants = word.some((letter) => /[ㄱ-ㅎ]/.test(letter));
  if (consonants) {
    return letters.some((_, at) =>
      word.every((wanted, i) => letters[at + i] === wanted || initial(letters[at + i] ?? '') === wanted),
    );
  }
  let at = 0;
  for (const letter of letters) if (letter === word[at]) at++;
  return at === word.length && word.some((letter) => /[가-힣]/.test(letter));
}

/** By Unicode's decomposition: first consonants begin at U+1100, in the order of the dictionary. */
function initial(letter: string): string | undefined {
  return /^[가-힣]$/.test(letter)
    ? 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'[letter.normalize('NFD').charCodeAt(0) - 0x1100]
    : undefined;
}

function plain(text: string): string {
  return text.replace(/\s/g, '').toLowerCase();
}

/** Few letters, so that random words often match; also wildcards, an emoji, blanks. */
const LETTERS = [...'가각나난컴퓨터공학과ㅋㄱaB2', ...'%_\\', '🎉', ' '];
const letter = fc.constantFrom(...LETTERS);
const text = (maxLength: number) =>
  fc
    .string({ unit: letter, minLength: 1, maxLength })
    .map((one) => one.trim())
    .filter(Boolean);
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq });

const CATEGORIES = ['전공', '전공 필수', '교양', 'Major', 'MAJOR'];
const CREDITS = [0, 0.5, 1, 1.5, 2, 3, 6];

/** Slots on few days, mostly at half hours and in every week. */
export const someSlots = (maxLength: number): fc.Arbitrary<Slot[]> =>
  fc.array(
    fc
      .record({
        day: fc.integer({ min: 0, max: 6 }),
        start: fc.oneof(
          fc.integer({ min: 14, max: 46 }).map((half) => half * 30),
          fc.integer({ min: 0, max: 1439 }),
        ),
        length: fc.oneof(fc.constantFrom(30, 50, 75, 90, 180, 600), fc.integer({ min: 1, max: 1440 })),
        weeks: fc.option(fc.constantFrom(0b1, 0b1111111, 0b11111110000000, 1 << 29), { freq: 4 }),
      })
      .map(({ day, start, length, weeks }) => ({ day, start, end: Math.min(start + length, 1440), weeks })),
    { maxLength },
  );

export const someLecture: fc.Arbitrary<PlainLecture> = fc.record({
  title: text(10),
  code: text(6),
  professors: fc.array(text(4), { maxLength: 2 }),
  department: fc.option(text(6)),
  place: fc.option(text(5)),
  category: fc.option(fc.constantFrom(...CATEGORIES)),
  credits: fc.constantFrom(...CREDITS),
  creditsMax: fc.option(fc.constantFrom(6, 15), { freq: 1 }),
  cancelled: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  meetings: fc
    .tuple(someSlots(3), fc.array(fc.option(text(4)), { minLength: 3, maxLength: 3 }))
    .map(([slots, rooms]) => slots.map((slot, i) => ({ ...slot, room: rooms[i] }))),
});

/** Windows of whole hours; some touch or overlap. */
const someCells = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 6 }),
      hour: fc.integer({ min: 7, max: 20 }),
      hours: fc.integer({ min: 1, max: 10 }),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((cells) =>
    cells.map(({ day, hour, hours }) => `${day}:${hour * 60}-${Math.min((hour + hours) * 60, 1440)}`).join(),
  );

/** Mostly one to three filters: all of them together would find hardly anything. */
export const someQuery: fc.Arbitrary<PlainQuery> = fc
  .record({
    q: maybe(
      fc.array(text(4), { minLength: 1, maxLength: 2 }).map((words) => words.join(' ')),
      3,
    ),
    professor: maybe(text(2), 1),
    department: maybe(text(3), 1),
    category: maybe(fc.constantFrom(...CATEGORIES, 'major', '전공필수'), 1),
    credits: maybe(fc.constantFrom(...CREDITS), 1),
    day: maybe(
      fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 }).map((days) => days.join()),
      1,
    ),
    from: maybe(fc.integer({ min: 0, max: 1200 }), 1),
    to: maybe(fc.integer({ min: 600, max: 1440 }), 1),
    cells: maybe(someCells, 1),
    includeUntimed: maybe(fc.boolean(), 1),
    left: fc.subarray(
      ['q', 'professor', 'department', 'category', 'credits', 'day', 'from', 'to', 'cells', 'includeUntimed'],
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  })
  .map(
    ({ left, ...query }) =>
      Object.fromEntries(Object.entries(query).filter(([key]) => left.includes(key))) as PlainQuery,
  )
  .filter(({ from, to }) => from === undefined || to === undefined || from < to);
