import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { weeksToMask } from '../src/catalogue/meetings.js';
import { drawTimetable } from '../src/timetables/picture/picture.js';
import { startApp, type TestApp } from './support/app.js';
import { launchBrowser, withBrowser } from './support/browser.js';
import type { Client } from './support/client.js';
import { anAccount, aSemester, aTimetable, at } from './support/factories.js';

/** Fonts of the viewer: narrow and wide, with and without Korean letters; none of them is required. */
const FONTS = [
  '',
  "'DejaVu Sans'",
  "'DejaVu Serif'",
  "'DejaVu Sans Mono',monospace",
  'serif',
  'NanumGothic',
  'fantasy',
];

/** The same picture if the viewer has only this font. */
const withFont = (svg: string, font: string): string =>
  font === '' ? svg : svg.replace(/font-family="[^"]*"/, `font-family="${font}"`);

/** Real names of lectures and rooms. */
const TITLES = [
  '자료구조',
  '인도의철학과문화',
  '존재와역사명작세미나',
  '인공지능시대와포스트휴먼교육론',
  '멘토프로그램(미술현장과담론)',
  'IntroductionToLegalStudies',
  'Introduction to Operating Systems & Concurrent Programming',
  'EAS1',
  '컴퓨터공학 종합설계 2 (캡스톤디자인) Ⅱ',
  'WWWWWWWWWWWWWWWWWWWW',
  '매우긴강의제목을가진과목으로서이름이도대체어디서끝나는지아무도모르는그런과목의제목',
];
const ROOMS = [
  'B260(법학/만해관 303-203 강의실)',
  '337(혜화관 207-337 337 강의실)',
  '공학관 301',
  'Engineering Hall II, Room 402-1',
];

interface Shape {
  /** What stands in it. */
  text: string;
  /** Width of a text's letters in screen units; 0 for a frame. */
  size: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The used members of an element; a server has no types of a browser. */
interface Drawn {
  textContent: string;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): Shape;
  querySelector(selector: string): Drawn;
  querySelectorAll(selector: string): Iterable<Drawn>;
}

withBrowser('a timetable in a browser', () => {
  let t: TestApp;
  let minsu: Client;
  let semester: any;
  let browser: Browser;
  let page: Page;
  /** Complaints of the browser, and its network requests. */
  let complaints: string[];

  beforeAll(async () => {
    t = await startApp();
    minsu = await anAccount(t);
    semester = await aSemester(t);
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1000, height: 1400 } });
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  });

  afterAll(async () => {
    await browser?.close();
  });

  /** Opens a picture as its own document, with the headers of the answer. */
  async function open(body: string, headers: Record<string, string>): Promise<void> {
    const address = 'http://picture.test/image.svg';
    await page.route('**', (route) => {
      const url = route.request().url();
      if (url === address) return route.fulfill({ status: 200, headers, body });
      if (!url.endsWith('/favicon.ico')) complaints.push(`asked for ${url}`);
      return route.abort();
    });
    await page.goto(address);
  }

  /** The frames of the boxes and their texts, in screen units. */
  const shapes = (): Promise<{ frame: Shape; texts: Shape[] }[]> =>
    page.locator('svg.box').evaluateAll((boxes) =>
      (boxes as unknown as Drawn[]).map((box) => {
        const shapeOf = (element: Drawn) => {
          const { left, right, top, bottom } = element.getBoundingClientRect();
          const size = Number(element.getAttribute('font-size') ?? 0);
          return { text: element.textContent, size, left, right, top, bottom };
        };
        const all = Array.from(box.querySelectorAll('text'));
        return { frame: shapeOf(box.querySelector('rect')), texts: all.map(shapeOf) };
      }),
    );

  /** No tolerance sideways; above and below that of the letters, because fonts differ. */
  const sticksOut = ({ frame, texts }: { frame: Shape; texts: Shape[] }): string[] =>
    texts
      .filter(({ left, right, top, bottom, size }) => {
        const middle = (top + bottom) / 2;
        const isTall = middle - size * 0.6 < frame.top - 1 || middle + size * 0.6 > frame.bottom + 1;
        return left < frame.left || right > frame.right + 0.1 || isTall;
      })
      .map(({ text }) => text);

  const isOverlap = (a: Shape, b: Shape): boolean =>
    a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;

  it('as the API returns it: nothing loaded, nothing refused, no text outside its box', async () => {
    const timetable = await aTimetable(minsu, semester, { name: '2학기 최종_진짜최종 (수정)' });
    for (const [n, title] of TITLES.entries()) {
      const start = 540 + 90 * Math.floor(n / 5);
      const custom = { title, credits: 3, meetings: [at(n % 5, start, start + 75, { room: ROOMS[n % ROOMS.length] })] };
      expect((await minsu.post(`/timetables/${timetable.id}/entries`, { custom })).status).toBe(201);
    }
    for (const [n, font] of FONTS.entries()) {
      const appearance = n % 2 ? 'dark' : 'light';
      const { body, headers } = await minsu.get(`/timetables/${timetable.id}/image.svg?appearance=${appearance}`);
      const { 'content-type': type, 'content-security-policy': policy } = headers;
      await open(withFont(body, font), {
        'content-type': type,
        'content-security-policy': policy,
      });
      const boxes = await shapes();
      expect(boxes).toHaveLength(TITLES.length);
      expect(boxes.filter(({ texts }) => texts.length === 0)).toEqual([]);
      expect({ font, out: boxes.flatMap(sticksOut) }).toEqual({ font, out: [] });
      await page.unrouteAll();
    }
    expect(complaints).toEqual([]);
  });

  it('full, narrow and marked: no text outside its box, no overlapping boxes, short ones with a title', async () => {
    const lecture = { professors: ['김교수', 'Edsger W. Dijkstra'], place: '공학관' } as never;
    const states = [
      { status: 'ok', held: true },
      { status: 'changed', held: true },
      { status: 'conflict', held: true },
      { status: 'cancelled', held: false },
    ] as const;
    const entries = TITLES.flatMap((title, n) =>
      states.map((state, s) => ({
        id: n * 4 + s,
        lecture: n % 2 ? lecture : null,
        title,
        color: n + s,
        memo: null,
        private: false,
        credits: 3,
        meetings:
          n === 0
            ? []
            : [
                {
                  ...at(n % 7, 540 + 47 * n, 540 + 47 * n + [30, 50, 75, 180][(n + s) % 4]),
                  weeks: weeksToMask(s ? null : [1, 2, 8]),
                  room: ROOMS[n % 4],
                },
                { ...at(s, 400 + 40 * n, 430 + 40 * n), weeks: null, room: null },
              ],
        ...state,
        seenRevision: null,
        ownTitle: null,
        changes: null,
        changedAt: null,
        conflictsWith: [],
        version: 1,
        sequence: 0,
      })),
    );
    const svg = drawTimetable(
      { name: TITLES[10].repeat(3), theme: 'vivid', semester: { year: 2026, term: 2 }, entries },
      { appearance: 'light', language: 'ko' },
    );
    let boxes: Awaited<ReturnType<typeof shapes>> = [];
    for (const font of FONTS) {
      await open(withFont(svg, font), { 'content-type': 'image/svg+xml; charset=utf-8' });
      boxes = await shapes();
      expect(boxes).toHaveLength(4 + 2 * 40);
      expect({ font, out: boxes.flatMap(sticksOut) }).toEqual({ font, out: [] });
      await page.unrouteAll();
    }
    const frames = boxes.map(({ frame }) => frame);
    const covered = frames.filter((one, index) => frames.slice(index + 1).some((other) => isOverlap(one, other)));
    expect(covered).toEqual([]);
    const short = boxes.filter(({ frame }) => frame.bottom - frame.top < 45 && frame.right - frame.left > 80);
    expect(short.length).toBeGreaterThan(5);
    expect(short.filter(({ texts }) => texts.length === 0)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('fits a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const svg = drawTimetable(
      { name: '시간표 1', theme: 'madang', semester: { year: 2026, term: 2 }, entries: [] },
      { appearance: 'light', language: 'ko' },
    );
    await open(svg, { 'content-type': 'image/svg+xml; charset=utf-8' });
    expect(await page.evaluate('document.documentElement.getBoundingClientRect().right')).toBeLessThanOrEqual(390);
    // All of it, not its upper left corner.
    expect(
      await page.evaluate("document.querySelector('g:last-of-type').getBoundingClientRect().right"),
    ).toBeLessThanOrEqual(390);
  });
});
