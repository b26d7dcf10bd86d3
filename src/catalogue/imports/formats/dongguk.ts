import { weekdayOf, listOf, timeOf, weekRange } from './cells.js';
import { BadRow, type CatalogueFormat, type RawMeeting } from './format.js';

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
    // One to four rooms, in no order that would say which meeting is where.
    place: record.ROOM_DSC,
    meetings: meetingsOf(record.TMTBL_DSC),
  }),
};

function meetingsOf(text: unknown): RawMeeting[] {
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
