import { weeksToMask } from '../meetings.js';
import type { SemesterDates } from '../semesters/semester-dates.js';
import {
  BadRow,
  type CatalogueFormat,
  type CatalogueRecord,
  cell,
  type CsvFile,
  excerpt,
  type JsonFile,
  listOf,
  type RawMeeting,
  timeOf,
  UnreadableFile,
  weekdayOf,
  weekRange,
  weeksBetween,
  weeksOf,
} from './format.js';
import { type CatalogueFile, headerOf, headOf } from './records.js';

const HALF_TIMED = 'a day without a time, or a time without a day: taken as untimed';

/** `화, 목 7교시(15:00) ~ 8교시(16:30)`, with weeks before it perhaps. */
const SLOT =
  /(?:(\d+)주차 - (\d+)주차 )?((?:[월화수목금토일](?:, )?)+) [\d.]+교시\((\d+:\d+)\) ~ [\d.]+교시\((\d+:\d+)\)/g;

/** Dongguk University (동국대학교): the answer of its course service, as JSON. */
export const dongguk: CatalogueFormat = {
  name: 'dongguk',
  title: "the JSON of Dongguk University's course service",
  file: { type: 'json', list: 'dsMain', keys: ['SBJ_NO', 'DVCLS', 'TMTBL_DSC'] },
  key: { code: 'SBJ_NO', section: 'DVCLS' },
  recordIs: 'lecture',
  rowOf: (record) => ({
    title: record.SBJ_NM,
    department: record.OPEN_DPTMJR_CD_NM,
    category: record.CPDIV_CD,
    credits: record.CDT,
    professors: listOf(record.TCHR_DSC, ','),
    grade: record.SCHGRD,
    capacity: record.ALL_FULL_PCNT,
    enrolled: record.TKCRS_PCNT,
    note: record.REMK,
    // One to four rooms; their order does not match the meetings.
    place: record.ROOM_DSC,
    meetings: meetingsOfDongguk(record.TMTBL_DSC),
  }),
};

function meetingsOfDongguk(text: unknown): RawMeeting[] {
  if (text === null || text === undefined || text === '') return [];
  if (typeof text !== 'string') throw new BadRow('TMTBL_DSC is no text');
  // A range of weeks holds until the next one.
  let weeks: number | null = null;
  const meetings: RawMeeting[] = [];
  for (const [, from, to, days, start, end] of text.matchAll(SLOT)) {
    if (from) weeks = weekRange(Number(from), Number(to));
    for (const day of days.split(', '))
      meetings.push({ day: weekdayOf(day), start: timeOf(start), end: timeOf(end), weeks });
  }
  const rest = text.replace(SLOT, '').replaceAll(',', '').trim();
  if (rest !== '') throw new BadRow(`the time "${text.slice(0, 100)}" cannot be read`);
  return meetings;
}

const RPI_DAYS = 'MTWRFSU';
const announced = (value: unknown): string => (cell(value) === 'TBA' ? '' : cell(value));

/** Rensselaer Polytechnic Institute: the CSV of the YACS course scheduler. */
export const rpi: CatalogueFormat = {
  name: 'rpi',
  title: "the CSV of Rensselaer Polytechnic's scheduler YACS",
  file: {
    type: 'csv',
    columns: ['course_crn', 'course_section', 'short_name', 'full_name', 'course_days_of_the_week'],
  },
  key: { code: 'short_name', section: 'course_section' },
  recordIs: 'part',
  rowOf: (record, semester) => {
    const meetings = meetingsOfRpi(record, semester);
    const untimed = meetings.length === 0;
    const days = cell(record.course_days_of_the_week);
    const half = untimed && (days !== '' || cell(record.course_start_time) !== '');
    return {
      title: record.full_name,
      department: record.course_department,
      credits: record.course_credit_hours,
      professors: listOf(announced(record.course_instructor), '/'),
      capacity: record.course_max_enroll,
      enrolled: record.course_enrolled,
      place: untimed ? announced(record.course_location) : null,
      meetings,
      warnings: half ? [HALF_TIMED] : [],
    };
  },
  datesOf: (records) => {
    const days = (column: string) =>
      records
        .map((record) => cell(record[column]))
        .filter(Boolean)
        .sort();
    const [startsOn, endsOn] = [days('course_start_date')[0], days('course_end_date').at(-1)];
    return { ...(startsOn && { startsOn }), ...(endsOn && { endsOn }), timeZone: 'America/New_York' };
  },
};

/** Each row has dates of its own; some courses end before the term does. */
function meetingsOfRpi(record: CatalogueRecord, semester: SemesterDates): RawMeeting[] {
  const [start, end] = [cell(record.course_start_time), cell(record.course_end_time)];
  const [from, to] = [cell(record.course_start_date), cell(record.course_end_date)];
  if (start === '') return [];
  return Array.from(cell(record.course_days_of_the_week), (letter) => {
    const day = RPI_DAYS.indexOf(letter);
    if (day === -1) throw new BadRow(`"${letter}" is no day of the week`);
    const weeks = weeksBetween(day, from || semester.startsOn, to || semester.endsOn, semester);
    return { day, start: timeOf(start), end: timeOf(end), weeks, room: announced(record.course_location) };
  });
}

/** Other names of a header; spaces, `_`, `-` and case do not matter. */
const NAMES: Record<string, readonly string[]> = {
  code: ['과목코드', '학수번호', '과목번호'],
  section: ['분반'],
  title: ['과목명', '교과목명', '강의명'],
  subject: ['과목이름'],
  department: ['학과', '개설학과'],
  category: ['이수구분'],
  credits: ['학점'],
  creditsMax: ['최대학점'],
  professors: ['professor', '교수', '담당교수'],
  grade: ['학년'],
  capacity: ['정원'],
  enrolled: ['수강인원', '신청인원'],
  note: ['비고'],
  place: ['장소'],
  day: ['days', '요일'],
  start: ['시작', '시작시간'],
  end: ['끝', '종료', '종료시간'],
  room: ['강의실'],
  weeks: ['주차'],
};

const plain = (header: string): string => header.toLowerCase().replace(/[\s_-]/g, '');
const CANONICAL = new Map(
  Object.entries(NAMES).flatMap(([name, others]) => [name, ...others].map((one) => [plain(one), name] as const)),
);

/** The project's own spreadsheet: a row for each meeting; the rows of one lecture repeat its code and section. */
export const plainCsv: CatalogueFormat = {
  name: 'csv',
  title: "Madang's own CSV: a row for each meeting",
  file: {
    type: 'csv',
    columns: ['code', 'section', 'title'],
    nameOf: (header) => CANONICAL.get(plain(header)) ?? header,
  },
  key: { code: 'code', section: 'section' },
  knows: Object.keys(NAMES),
  recordIs: 'part',
  rowOf: (record) => {
    const { meetings, warnings } = meetingsOfRow(record);
    return { ...record, professors: listOf(record.professors, ';'), meetings, warnings };
  },
};

/** `월, 수` in one row are two meetings at the same time. */
function meetingsOfRow(record: CatalogueRecord): { meetings: RawMeeting[]; warnings: string[] } {
  const days = listOf(record.day, /[,;/\s]/);
  const [start, end] = [cell(record.start), cell(record.end)];
  if (days.length === 0 || (start === '' && end === '')) {
    const half = days.length > 0 || start !== '' || end !== '';
    return { meetings: [], warnings: half ? [HALF_TIMED] : [] };
  }
  if (start === '' || end === '') throw new BadRow(start === '' ? 'start is missing' : 'end is missing');
  const weeks = weeksOf(cell(record.weeks));
  const slot = { start: timeOf(start), end: timeOf(end), room: record.room, weeks };
  return { meetings: days.map((day) => ({ day: weekdayOf(day), ...slot })), warnings: [] };
}

const FIELDS = [
  ...['code', 'section', 'title', 'subject', 'department', 'category', 'credits', 'creditsMax', 'professors'],
  ...['grade', 'capacity', 'enrolled', 'note', 'place', 'meetings'],
];

/** The project's own JSON: a list of lectures, each with its meetings, in the words of the API. */
export const plainJson: CatalogueFormat = {
  name: 'json',
  title: "Madang's own JSON: a list of lectures",
  file: { type: 'json', list: 'lectures', bare: true, keys: ['code', 'section', 'title'] },
  key: { code: 'code', section: 'section' },
  knows: FIELDS,
  recordIs: 'lecture',
  rowOf: (record) => ({
    ...record,
    professors: listIn(record.professors, 'professors'),
    meetings: listIn(record.meetings, 'meetings').map(meetingOfItem),
  }),
};

function listIn(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new BadRow(`${name} is no list`);
  return value;
}

function meetingOfItem(value: unknown): RawMeeting {
  if (typeof value !== 'object' || value === null) throw new BadRow('a meeting is no object');
  const { day, start, end, room, weeks } = value as Record<string, unknown>;
  return {
    day: typeof day === 'string' ? weekdayOf(day) : (day as number),
    start: minutesOf(start),
    end: minutesOf(end),
    room,
    weeks: maskOf(listIn(weeks, 'weeks')),
  };
}

/** 630 and `10:30` are one. */
function minutesOf(value: unknown): number {
  return typeof value === 'string' ? timeOf(value) : (value as number);
}

function maskOf(weeks: readonly unknown[]): number | null {
  for (const week of weeks) {
    if (!Number.isInteger(week)) throw new BadRow('weeks holds something that is no whole number');
    weekRange(week as number, week as number);
  }
  return weeksToMask(weeks as number[]);
}

/** Every format, the ones with the most specific names first: the first match counts. */
export const FORMATS: readonly CatalogueFormat[] = [dongguk, rpi, plainCsv, plainJson];

export const FORMAT_NAMES = FORMATS.map(({ name }) => name);

/**
 * The format of that name, or else the one that the file's content shows.
 *
 * @throws UnreadableFile where it is empty, is no UTF-8, or is of no known format
 */
export async function formatOf(file: CatalogueFile, name: string | undefined): Promise<CatalogueFormat> {
  const bytes = await headOf(file);
  if (bytes.toString('utf8').trim() === '') throw new UnreadableFile('The file is empty.');
  const head = decode(bytes);
  const fits = ({ file: wanted }: CatalogueFormat): boolean =>
    wanted.type === 'csv' ? isCsv(head, wanted) : isJson(head, wanted);
  const format = name === undefined ? FORMATS.find(fits) : FORMATS.find((one) => one.name === name);
  if (!format) {
    throw new UnreadableFile(`The format is not recognised: ${FORMAT_NAMES.join(', ')} are known. ${readIn(head)}`);
  }
  if (!fits(format)) {
    throw new UnreadableFile(`The file is not of the format ${format.name}: ${needs(format)}. ${readIn(head, format)}`);
  }
  return format;
}

/** A spreadsheet's "CSV" is often in the encoding of the country. */
function decode(bytes: Buffer): string {
  try {
    // As a stream, because the head may end within a character.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    throw new UnreadableFile('The file is not UTF-8: in a spreadsheet, save it as "CSV UTF-8".');
  }
}

function isCsv(head: string, { columns, skipLines, nameOf = (header) => header }: CsvFile): boolean {
  if (/^\s*[[{]/.test(head)) return false;
  const names = headerOf(head, skipLines)?.names.map(nameOf) ?? [];
  return columns.every((column) => names.includes(column));
}

function isJson(head: string, { list, bare, keys }: JsonFile): boolean {
  const isList = bare === true && /^\s*\[/.test(head);
  const holdsList = /^\s*\{/.test(head) && new RegExp(`"${list.split('.').at(-1)}"\\s*:\\s*\\[`).test(head);
  const isEmpty = /\[\s*\]/.test(head.slice(0, 200));
  return (isList || holdsList) && (isEmpty || keys.every((key) => head.includes(`"${key}"`)));
}

function needs({ file }: CatalogueFormat): string {
  if (file.type === 'csv') return `its header must have the columns ${file.columns.join(', ')}`;
  return `it must be JSON with a list "${file.list}" of objects with ${file.keys.join(', ')}`;
}

/** Names in the message. */
const MOST_NAMES = 12;

/** The beginning of the file, so that an operator sees the difference. */
function readIn(head: string, format?: CatalogueFormat): string {
  const isJson = /^\uFEFF?\s*[[{]/.test(head);
  const skipLines = format?.file.type === 'csv' ? format.file.skipLines : 0;
  const names = isJson
    ? [...new Set(Array.from(head.matchAll(/"((?:[^"\\]|\\.){1,60})"\s*:/g), ([, key]) => key))]
    : (headerOf(head, skipLines)?.names ?? []);
  if (names.length === 0) return isJson ? 'It is JSON without a key.' : 'It has no header.';
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const shown = names
    .slice(0, MOST_NAMES)
    .map(excerpt)
    .map((name) => `"${name}"`);
  return `It is ${isJson ? 'JSON with the keys' : 'text, and its first row reads'} ${shown.join(', ')}${more}.`;
}
