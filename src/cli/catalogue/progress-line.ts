import type { ImportProgressView } from '../../catalogue/imports/imports.dto.js';
import { PHASES } from '../../catalogue/imports/report.js';

const BAR = 20;
/** Milliseconds between two drawings on a terminal, and between two lines elsewhere. */
const REDRAW = 100;
const LINE = 2_000;

/** Where the progress is written, and whether that is a terminal. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/**
 * Shows the progress of an import. On a terminal it is a bar with the rate and the time left; in a log it is a line now
 * and then.
 */
export class ProgressLine {
  private shownAt: number;
  private phase: ImportProgressView['phase'] | undefined;
  private phaseBegan = 0;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.shownAt = now();
  }

  show(progress: ImportProgressView): void {
    const now = this.now();
    const isNew = progress.phase !== this.phase;
    if (isNew) [this.phase, this.phaseBegan] = [progress.phase, now];
    // The first line at once, so that a wait has a reason in the log; the others later.
    const tellsAtOnce = isNew && (this.screen.isTTY || progress.phase === 'waiting');
    if (!tellsAtOnce && now - this.shownAt < (this.screen.isTTY ? REDRAW : LINE)) return;
    this.shownAt = now;
    const text = textOf(progress, (now - this.phaseBegan) / 1000);
    if (this.screen.isTTY) this.screen.write(`\r\x1b[2K${text.slice(0, (this.screen.columns ?? 80) - 1)}`);
    else this.screen.write(`${text}\n`);
  }

  /** Removes the bar, so that other text can follow. */
  clear(): void {
    if (this.screen.isTTY && this.phase) this.screen.write('\r\x1b[2K');
    this.phase = undefined;
  }
}

/** @param seconds since the phase began */
export function textOf({ phase, rows, bytes, bytesTotal, compared }: ImportProgressView, seconds: number): string {
  const step = `[${PHASES.indexOf(phase)}/${PHASES.length - 1}]`;
  if (phase === 'waiting') return `${step} waiting for another import to end`;
  if (phase === 'reading') return `${step} reading   ${measured(bytes, bytesTotal, rows, seconds)}`;
  if (phase === 'comparing') return `${step} comparing ${measured(compared, rows, compared, seconds)}`;
  return `${step} applying what changes`;
}

function measured(done: number, all: number, rows: number, seconds: number): string {
  const share = all > 0 ? Math.min(1, done / all) : 1;
  const filled = Math.round(share * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0;
  const left = share > 0 && share < 1 ? ` · ${minutesAndSeconds((seconds * (1 - share)) / share)} left` : '';
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${bar} ${percent} · ${rows.toLocaleString('en')} rows · ${rate.toLocaleString('en')}/s${left}`;
}

function minutesAndSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}
