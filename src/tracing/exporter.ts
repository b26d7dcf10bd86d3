import { Logger } from '@nestjs/common';
import { Tally } from '../common/tally.js';
import type { TracingConfig } from '../config/tracing.js';
import { otlp, type Span } from './span.js';

/** The specification's own defaults for batches. */
const QUEUE = 2_048;
const BATCH = 512;
const EVERY = 5_000;
/** Milliseconds that a collector gets; at the end of the process, all that is left gets as many. */
const PATIENCE = 3_000;
/** Statuses to try again, by the protocol. */
const TRY_AGAIN = new Set([429, 502, 503, 504]);

/**
 * Sends spans to a collector, in batches and beside the requests, which never wait for it: what it does not take in
 * time is dropped when the queue is full.
 *
 * OTLP as JSON over HTTP is a page of code; OpenTelemetry's packages for it are 28 MB in the image, loaded or not, and
 * their line for Node 20 ended with 0.223.
 */
export class Exporter {
  readonly spans = new Tally('sent', 'dropped');
  private readonly logger = new Logger('Tracing');
  private readonly queue: Span[] = [];
  private readonly timer: NodeJS.Timeout;
  private sending: Promise<void> | undefined;
  private isAway = false;

  constructor(private readonly config: TracingConfig) {
    this.timer = setInterval(() => void this.flush(), EVERY).unref();
  }

  add(span: Span): void {
    if (this.queue.length >= QUEUE) {
      this.spans.add('dropped');
      return;
    }
    this.queue.push(span);
    if (this.queue.length >= BATCH && !this.isAway) void this.flush();
  }

  /** Sends the waiting spans, unless that is under way already. Never throws. */
  flush(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined));
    return this.sending;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sending;
    // One that has just let us wait is not waited for once more.
    if (!this.isAway) await this.flush();
    this.spans.add('dropped', this.queue.splice(0).length);
  }

  private async sendAll(): Promise<void> {
    const deadline = AbortSignal.timeout(PATIENCE);
    while (this.queue.length > 0) {
      const batch = this.queue.slice(0, BATCH);
      const outcome = await this.send(batch, deadline);
      if (outcome === 'later') return;
      this.queue.splice(0, batch.length);
      this.spans.add(outcome, batch.length);
    }
  }

  private async send(batch: Span[], signal: AbortSignal): Promise<'sent' | 'dropped' | 'later'> {
    const { url, headers, resource } = this.config;
    const body = JSON.stringify(otlp(batch, resource));
    try {
      const response = await fetch(url, {
        ...{ method: 'POST', body, signal, redirect: 'error' as const },
        headers: { 'Content-Type': 'application/json', ...headers },
      });
      await response.body?.cancel();
      this.tell(response.ok ? null : `it answers ${response.status}`);
      if (response.ok) return 'sent';
      return TRY_AGAIN.has(response.status) ? 'later' : 'dropped';
    } catch (error) {
      this.tell(((error as Error).cause as { code?: string } | undefined)?.code ?? (error as Error).name);
      return 'later';
    }
  }

  /** Once when it goes and once when it comes back. */
  private tell(fault: string | null): void {
    if (this.isAway === (fault !== null)) return;
    this.isAway = fault !== null;
    if (fault === null) this.logger.log('The collector takes traces again');
    else this.logger.warn(`The collector takes no traces: ${fault}`);
  }
}
