import { inOrder, weeksToMask, type Meeting } from '../../catalogue/meetings.js';
import { datesOfNew } from '../../catalogue/semesters/default-dates.js';
import { TERMS } from '../../catalogue/semesters/semester.entity.js';
import { codeKeyOf } from '../../catalogue/subjects/code-key.js';
import { nameKeyOf } from '../../timetables/names.js';
import { DEFAULT_THEME } from '../../timetables/picture/themes.js';
import type { Campus, Row } from './campus.js';
import { CHOICES, COURSES, MOVED } from './courses.js';
import { DAY } from './life.js';

const MINSU = 1;
const JIWOO = 2;
const DAYS = '월화수목금토일';

/** With the values that entries copy from their lectures. */
interface Subject {
  row: Row;
  creditsMax: number | null;
  grade: string;
}

interface Course {
  key: string;
  subjectId: number;
  row: Row;
  meetings: Meeting[];
}

/** The semester of the demo campus with its lectures, two students' timetables, and their friendship. */
export function imagineTimetables(now: Date): Campus {
  const registered = new Date(now.getTime() - 30 * DAY);
  const { subjects, courses } = readCourses(registered);
  const moved = courses.find(({ key }) => key === MOVED.lecture)!;
  return [
    { table: 'semesters', rows: [semesterRow(now)] },
    { table: 'subjects', rows: subjects },
    { table: 'lectures', rows: courses.map(({ row }, i) => ({ id: i + 1, ...row })) },
    { table: 'lecture_meetings', rows: courses.flatMap(meetingRows) },
    { table: 'lecture_revisions', rows: [revisionRow(moved, courses.indexOf(moved) + 1, now)] },
    ...timetableTables(courses, registered),
    { table: 'friendships', rows: [friendshipRow(registered)] },
  ];
}

/** The semester of the present half-year: it runs, is the next or was the last. */
function semesterRow(now: Date): Row {
  const [year, term] = [now.getUTCFullYear(), now.getUTCMonth() < 7 ? 'spring' : 'autumn'] as const;
  const { startsOn, endsOn, timeZone, holidays } = datesOfNew({ year, term });
  return {
    id: 1,
    year,
    term: TERMS.indexOf(term),
    starts_on: startsOn,
    ends_on: endsOn,
    time_zone: timeZone,
    holidays: JSON.stringify(holidays),
  };
}

const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());

function readCourses(createdAt: Date): { subjects: Row[]; courses: Course[] } {
  const subjects: Subject[] = [];
  const courses: Course[] = [];
  for (const line of COURSES.trim().split('\n')) {
    if (line.startsWith(' ')) courses.push(courseOf(cells(line), subjects.at(-1)!, createdAt));
    else subjects.push(subjectOf(subjects.length + 1, cells(line), createdAt));
  }
  return { subjects: subjects.map(({ row }) => row), courses };
}

function subjectOf(id: number, [code, name, department, category, range, grade]: string[], createdAt: Date): Subject {
  const [credits, most] = range.split('-').map(Number);
  const row: Row = {
    id,
    code,
    code_key: codeKeyOf(code),
    catalogue_key: codeKeyOf(code),
    name,
    department,
    credits,
    category,
    source: 'catalogue',
    created_at: createdAt,
  };
  return { row, creditsMax: most ?? null, grade };
}

function courseOf(
  [sectionAndTitle, names, seats, times, place, note]: string[],
  { row: subject, creditsMax, grade }: Subject,
  createdAt: Date,
): Course {
  const [section, ownTitle] = sectionAndTitle.split(' =');
  const [code, name] = [String(subject.code), String(subject.name)];
  const title = ownTitle ? `${name}(${ownTitle})` : name;
  const professors = names ? names.split(', ') : [];
  const [capacity, enrolled] = seats.split('/').map(Number);
  const meetings = meetingsIn(times);
  const row: Row = {
    semester_id: 1,
    subject_id: subject.id,
    section,
    catalogue_section: section,
    title,
    professors: JSON.stringify(professors),
    credits: subject.credits,
    credits_max: creditsMax,
    grade,
    capacity,
    enrolled,
    note: note || null,
    place: place || null,
    source: 'catalogue',
    revision: `${code}-${section}` === MOVED.lecture ? 2 : 1,
    created_at: createdAt,
  };
  return { key: `${code}-${section}`, subjectId: Number(subject.id), row, meetings };
}

/** `1-5주 월수 10:30-12:00, 화 9:00-10:15`: the weeks go for one part. */
function meetingsIn(times: string): Meeting[] {
  if (times === '') return [];
  const minutes = (time: string): number => Number(time.split(':')[0]) * 60 + Number(time.split(':')[1]);
  const meetings = times.split(', ').flatMap((part) => {
    const [, first, last, days, start, end] = /^(?:(\d+)-(\d+)주 )?([월화수목금토일]+) ([\d:]+)-([\d:]+)$/.exec(part)!;
    const weeks = first ? Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i) : null;
    return [...days].map((day): Meeting => ({
      day: DAYS.indexOf(day),
      start: minutes(start),
      end: minutes(end),
      room: null,
      weeks: weeksToMask(weeks),
    }));
  });
  return meetings.sort(inOrder);
}

function meetingRows({ meetings }: Course, index: number): Row[] {
  return meetings.map((meeting, position) => ({ lecture_id: index + 1, position, ...meeting }));
}

function revisionRow({ row }: Course, lectureId: number, now: Date): Row {
  const facts = {
    title: row.title,
    professors: JSON.parse(String(row.professors)) as string[],
    credits: row.credits,
    creditsMax: row.credits_max,
    place: MOVED.wasPlace,
    cancelled: false,
    meetings: meetingsIn(MOVED.was),
  };
  return {
    lecture_id: lectureId,
    revision: 1,
    facts: JSON.stringify(facts),
    replaced_at: new Date(now.getTime() - 2 * DAY),
  };
}

/** Minsu shows friends his timetable and jiwoo only when she is busy. */
function timetableTables(courses: Course[], createdAt: Date): Campus {
  const lectureId = (key: string): number => courses.findIndex((course) => course.key === key) + 1;
  const timetable = (id: number, ownerId: number, name: string, visibility: string): Row => ({
    id,
    owner_id: ownerId,
    semester_id: 1,
    name,
    name_key: nameKeyOf(name),
    visibility,
    theme: DEFAULT_THEME,
    created_at: createdAt,
  });
  const entries = [CHOICES.minsu, CHOICES.minsuPlanB, CHOICES.jiwoo].flatMap((keys, i) =>
    keys.map((key, color) => entryRow(i + 1, { lecture_id: lectureId(key), seen_revision: 1, color }, createdAt)),
  );
  const custom = { title: '동아리 연습', credits: 0, color: 7, memo: '악보 챙기기' };
  const practice = JSON.stringify([{ day: 4, start: 1080, end: 1200, room: '학생회관 4층', weeks: null }]);
  return [
    {
      table: 'timetables',
      rows: [
        timetable(1, MINSU, '시간표 1', 'friends'),
        timetable(2, MINSU, '플랜 B', 'private'),
        timetable(3, JIWOO, '시간표 1', 'busyOnly'),
      ],
    },
    {
      table: 'primary_timetables',
      rows: [
        { owner_id: MINSU, semester_id: 1, timetable_id: 1 },
        { owner_id: JIWOO, semester_id: 1, timetable_id: 3 },
      ],
    },
    {
      table: 'timetable_entries',
      rows: [...entries, entryRow(1, { ...custom, private: true, meetings: practice }, createdAt)],
    },
  ];
}

function entryRow(timetableId: number, columns: Row, createdAt: Date): Row {
  const nothing = { lecture_id: null, seen_revision: null, title: null, memo: null, credits: null, meetings: null };
  return { timetable_id: timetableId, private: false, ...nothing, ...columns, created_at: createdAt };
}

function friendshipRow(createdAt: Date): Row {
  const pair = { sender_id: MINSU, recipient_id: JIWOO, low_id: MINSU, high_id: JIWOO };
  return { id: 1, ...pair, created_at: createdAt, befriended_at: new Date(createdAt.getTime() + DAY) };
}
