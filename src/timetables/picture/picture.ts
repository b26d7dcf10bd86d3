import { sumOfCredits } from '../../catalogue/credits.js';
import type { Meeting } from '../../catalogue/meetings.js';
import type { SemesterRow } from '../../catalogue/semesters/semesters.dto.js';
import type { Language } from '../../common/problems/language.js';
import type { Entry } from '../entries/entry.js';
import { drawBox, drawHatch, drawMark, drawPills, round, type Ink, type Mark } from './box.js';
import { drawnTime, sideBySide, spanOf, type ShownTimes } from './layout.js';
import { heldTo, tidy, widthOf, wrap, xml } from './text.js';
import { paintOf } from './themes.js';
import { creditsText, dayName, MARKS, semesterTitle, timeText, UNTIMED, weeksText } from './words.js';

export const APPEARANCES = ['light', 'dark'] as const;
export type Appearance = (typeof APPEARANCES)[number];

/** The data of a picture. */
export interface Pictured {
  name: string;
  theme: string;
  semester: Pick<SemesterRow, 'year' | 'term'>;
  entries: Entry[];
}

export interface PictureOptions {
  appearance: Appearance;
  /** The font size of the days and other fixed words. */
  language: Language;
}

const INKS: Record<Appearance, Ink> = {
  light: {
    page: '#ffffff',
    grid: '#e5e7ec',
    text: '#191d26',
    muted: '#5b6270',
    marks: { changed: '#b45309', cancelled: '#6b7280', conflict: '#d1242f' },
  },
  dark: {
    page: '#15171c',
    grid: '#2c303a',
    text: '#f1f3f7',
    muted: '#a5acba',
    marks: { changed: '#fbbf24', cancelled: '#9ca3af', conflict: '#ff7b72' },
  },
};

/** The viewer's first font of this list; nothing is loaded. */
const FONTS =
  "Pretendard,'Apple SD Gothic Neo','Noto Sans KR','Noto Sans CJK KR','Malgun Gothic',NanumGothic,system-ui,'Segoe UI',Roboto,sans-serif";

const MARGIN = 16;
const GUTTER = 32;
/** The width of a day's column. With more days it is narrower, so that seven are readable on a phone. */
const DAY_WIDTHS: Record<ShownTimes['days'], number> = { 5: 132, 6: 118, 7: 106 };
const DAY_HEAD = 34;
const HOUR = 84;
const GAP = 2;

/**
 * A timetable as an SVG document of its own: no script, no font, nothing loaded, one pattern with an id.
 *
 * @returns well-formed XML 1.0 for any texts; one unit is one CSS pixel at its natural size
 */
export function drawTimetable(timetable: Pictured, options: PictureOptions): string {
  const ink = INKS[options.appearance];
  const boxes = sideBySide(
    timetable.entries.flatMap((entry) => entry.meetings.map((meeting) => timedBox(entry, meeting))),
  );
  const span = spanOf(boxes);
  const width = MARGIN * 2 + GUTTER + span.days * DAY_WIDTHS[span.days];
  const parts = [
    drawHead(timetable, width - 2 * MARGIN, options.language, ink),
    drawWeek(timetable, boxes, span, options, ink),
    drawUntimed(timetable, width - 2 * MARGIN, options, ink),
    drawLegend(timetable.entries, options.language, ink),
  ].filter((part) => part.height > 0);
  let y = MARGIN;
  const drawn = parts.map((part) => {
    const group = `<g transform="translate(${MARGIN} ${round(y)})">${part.drawn}</g>`;
    y += part.height + MARGIN;
    return group;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${round(y)}" viewBox="0 0 ${width} ${round(y)}" ` +
    `role="img" xml:lang="${options.language}" font-family="${FONTS}" style="max-width:100%;height:auto">` +
    `<title>${xml(`${timetable.name}, ${semesterTitle(timetable.semester, options.language)}`)}</title>` +
    `<desc>${xml(describePicture(timetable, options.language))}</desc>` +
    `<defs>${drawHatch(ink)}</defs><rect width="100%" height="100%" fill="${ink.page}"/>${drawn.join('')}</svg>\n`
  );
}

interface Part {
  drawn: string;
  height: number;
}

interface MeetingBox {
  entry: Entry;
  meeting: Meeting;
  day: number;
  start: number;
  end: number;
}

function timedBox(entry: Entry, meeting: Meeting): MeetingBox {
  return { entry, meeting, ...drawnTime(meeting) };
}

/** A cancelled entry looks like this also after its owner acknowledged it. */
function markOf({ held, status }: Entry): Mark | null {
  return held ? (status === 'ok' ? null : status) : 'cancelled';
}

const NAME_SIZE = 30;

function drawHead({ name, semester, entries }: Pictured, width: number, language: Language, ink: Ink): Part {
  const lines = wrap(name, NAME_SIZE, width, 2);
  const credits = creditsText(sumOfCredits(entries.map((entry) => entry.credits)), language);
  const below = lines.length * 38 + 20;
  return {
    drawn:
      lines
        .map(
          (line, index) =>
            `<text x="2" y="${30 + 38 * index}" font-size="${NAME_SIZE}" font-weight="700" fill="${ink.text}"${heldTo(width, line, NAME_SIZE)}>${xml(line)}</text>`,
        )
        .join('') +
      `<text x="2" y="${below}" font-size="17" fill="${ink.muted}">${xml(`${semesterTitle(semester, language)} · ${credits}`)}</text>`,
    height: below + 4,
  };
}

function drawWeek(
  { theme }: Pictured,
  boxes: ReturnType<typeof sideBySide<MeetingBox>>,
  span: ShownTimes,
  { appearance, language }: PictureOptions,
  ink: Ink,
): Part {
  const dayWidth = DAY_WIDTHS[span.days];
  const drawn = boxes.map((box) => {
    const { entry, meeting, day, start, end } = box;
    const column = (dayWidth - GAP) / box.columns;
    return drawBox(
      {
        x: GUTTER + day * dayWidth + GAP + column * box.column,
        y: DAY_HEAD + ((start - span.from * 60) / 60) * HOUR + GAP,
        width: Math.max(2, column * box.width - GAP),
        height: ((end - start) / 60) * HOUR - 2 * GAP + 1,
        title: entry.title,
        details: detailsOf(entry, meeting, language),
        tooltip: tell(entry, meeting, language),
        paint: paintOf(theme, entry.color, appearance),
        mark: markOf(entry),
      },
      ink,
    );
  });
  return { drawn: drawGrid(span, language, ink) + drawn.join(''), height: DAY_HEAD + (span.to - span.from) * HOUR + 8 };
}

function detailsOf({ lecture }: Entry, { room, weeks }: Meeting, language: Language): string[] {
  const place = room ?? lecture?.place ?? '';
  return [weeksText(weeks, language), place, (lecture?.professors ?? []).join(', ')].filter(Boolean);
}

function drawGrid({ days, from, to }: ShownTimes, language: Language, ink: Ink): string {
  const dayWidth = DAY_WIDTHS[days];
  const right = GUTTER + days * dayWidth;
  const bottom = DAY_HEAD + (to - from) * HOUR;
  const names = Array.from({ length: days }, (_, day) => {
    const color = day === 6 ? ink.marks.conflict : ink.muted;
    const x = GUTTER + (day + 0.5) * dayWidth;
    return `<text x="${x}" y="20" font-size="17" font-weight="700" text-anchor="middle" fill="${color}">${dayName(day, language)}</text>`;
  });
  const hours = Array.from({ length: to - from + 1 }, (_, index) => {
    const y = DAY_HEAD + index * HOUR;
    return `<text x="${GUTTER - 8}" y="${y + 5}" font-size="15" text-anchor="end" fill="${ink.muted}">${from + index}</text>`;
  });
  // A line is sharp in the middle of a pixel.
  const across = Array.from(
    { length: to - from + 1 },
    (_, index) => `M${GUTTER} ${DAY_HEAD + index * HOUR + 0.5}H${right}`,
  );
  const down = Array.from({ length: days + 1 }, (_, day) => `M${GUTTER + day * dayWidth + 0.5} ${DAY_HEAD}V${bottom}`);
  return `${names.join('')}${hours.join('')}<path d="${[...across, ...down].join('')}" stroke="${ink.grid}" fill="none"/>`;
}

function drawUntimed(
  { entries, theme }: Pictured,
  width: number,
  { appearance, language }: PictureOptions,
  ink: Ink,
): Part {
  const pills = entries
    .filter(({ meetings }) => meetings.length === 0)
    .map((entry) => ({
      title: entry.title,
      tooltip: [entry.title, ...detailsOf(entry, { room: null, weeks: null } as Meeting, language)].join(' · '),
      paint: paintOf(theme, entry.color, appearance),
      mark: markOf(entry),
    }));
  if (pills.length === 0) return { drawn: '', height: 0 };
  const { drawn, height } = drawPills(pills, width, ink);
  const label = `<text x="2" y="14" font-size="15" font-weight="700" fill="${ink.muted}">${UNTIMED[language]}</text>`;
  return { drawn: `${label}<g transform="translate(0 26)">${drawn}</g>`, height: 26 + height };
}

/** The legend of the marks in the picture. */
function drawLegend(entries: Entry[], language: Language, ink: Ink): Part {
  const present = new Set(entries.map(markOf));
  let x = 2;
  const drawn = (Object.keys(MARKS) as Mark[])
    .filter((mark) => present.has(mark))
    .map((mark) => {
      const text = MARKS[mark][language];
      const one = `${drawMark(mark, x + 8, 9, ink)}<text x="${round(x + 22)}" y="14" font-size="15" fill="${ink.muted}">${text}</text>`;
      x += 22 + widthOf(text) * 15 + 18;
      return one;
    });
  return { drawn: drawn.join(''), height: drawn.length > 0 ? 18 : 0 };
}

/** For screen readers: every meeting by day and time, then untimed entries. */
function describePicture({ entries }: Pictured, language: Language): string {
  const timed = entries
    .flatMap((entry) => entry.meetings.map((meeting) => ({ entry, meeting })))
    .sort((a, b) => a.meeting.day - b.meeting.day || a.meeting.start - b.meeting.start)
    .map(({ entry, meeting }) => tell(entry, meeting, language));
  const untimed = entries.filter(({ meetings }) => meetings.length === 0).map(({ title }) => tidy(title));
  return [...timed, ...(untimed.length > 0 ? [`${UNTIMED[language]}: ${untimed.join(', ')}`] : [])].join('; ');
}

function tell(entry: Entry, meeting: Meeting, language: Language): string {
  const when = `${dayName(meeting.day, language)} ${timeText(meeting.start)}–${timeText(meeting.end)}`;
  const mark = markOf(entry);
  const details = [...detailsOf(entry, meeting, language), ...(mark ? [MARKS[mark][language]] : [])];
  return `${when} ${[tidy(entry.title), ...details].join(' · ')}`;
}
