import { cell, weekdayOf, listOf, timeOf, weeksOf } from './cells.js';
import { BadRow, type CatalogueFormat, type CatalogueRecord, type RawMeeting } from './format.js';

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
    const { meetings, warnings } = meetingsOf(record);
    return { ...record, professors: listOf(record.professors, ';'), meetings, warnings };
  },
};

/** `월, 수` in one row are two meetings at the same time. */
function meetingsOf(record: CatalogueRecord): { meetings: RawMeeting[]; warnings: string[] } {
  const days = listOf(record.day, /[,;/\s]/);
  const [start, end] = [cell(record.start), cell(record.end)];
  if (days.length === 0 || (start === '' && end === '')) {
    const half = days.length > 0 || start !== '' || end !== '';
    return { meetings: [], warnings: half ? ['a day without a time, or a time without a day: taken as untimed'] : [] };
  }
  if (start === '' || end === '') throw new BadRow(start === '' ? 'start is missing' : 'end is missing');
  const weeks = weeksOf(cell(record.weeks));
  const slot = { start: timeOf(start), end: timeOf(end), room: record.room, weeks };
  return { meetings: days.map((day) => ({ day: weekdayOf(day), ...slot })), warnings: [] };
}
