import { readdirSync } from 'node:fs';
import {
  constants,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type EventLoopUtilization,
  type NodeGCPerformanceDetail,
} from 'node:perf_hooks';
import { counter, gauge, type Metric, type Sample } from './exposition.js';

const GC_KINDS: Record<number, string> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10;

/** Of the process, by the names that dashboards for Node know. `stop` ends its observers. */
export class ProcessMetrics {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  private readonly collections = new Map<string, { count: number; seconds: number }>();
  private readonly observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.countCollection(entry);
  });
  private before: EventLoopUtilization = performance.eventLoopUtilization();

  constructor() {
    this.delay.enable();
    this.observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.delay.disable();
    this.observer.disconnect();
  }

  all(): Metric[] {
    return [...this.ofProcess(), ...this.ofMemory(), ...this.ofEventLoop(), this.ofCollections()];
  }

  private ofProcess(): Metric[] {
    const started = Date.now() / 1000 - process.uptime();
    return [
      gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', () => started),
      counter('process_cpu_seconds_total', 'Time on the CPU, of the program and of the kernel for it.', () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      }),
      gauge('process_open_fds', 'Open file descriptors; none where there is no /proc.', openFiles),
      gauge('nodejs_version_info', 'Always 1; the label says which Node it is.', () => [
        { value: 1, labels: { version: process.version } },
      ]),
    ];
  }

  private ofMemory(): Metric[] {
    return [
      gauge('process_resident_memory_bytes', 'Memory that the process has from the system.', () =>
        process.memoryUsage.rss(),
      ),
      gauge('nodejs_heap_size_total_bytes', "The size of V8's heap.", () => process.memoryUsage().heapTotal),
      gauge('nodejs_heap_size_used_bytes', "The used part of V8's heap.", () => process.memoryUsage().heapUsed),
      gauge('nodejs_external_memory_bytes', 'Buffers and other memory outside the heap.', () => {
        return process.memoryUsage().external;
      }),
    ];
  }

  /** Since the last reading. Each reader resets it, so a second one beside Prometheus distorts the figures. */
  private ofEventLoop(): Metric[] {
    const { delay } = this;
    // Node measures the time between two timers. On an idle loop that is the interval itself; only the time above it is
    // lag.
    const lag = (which: string, help: string, nanoseconds: () => number) =>
      gauge(`nodejs_eventloop_lag_${which}_seconds`, `${help} since the last reading.`, () =>
        Math.max(0, nanoseconds() / 1e9 - RESOLUTION / 1e3),
      );
    return [
      lag('p50', 'How late half of all turns of the event loop came at most', () => delay.percentile(50)),
      lag('p99', 'How late 99 of 100 turns of the event loop came at most', () => delay.percentile(99)),
      lag('max', 'How late the latest turn of the event loop came', () => {
        const { max } = delay;
        // The last one in a reading: it resets the interval.
        delay.reset();
        return max;
      }),
      gauge('nodejs_eventloop_utilization_ratio', 'Part of the time in which the event loop worked, 0 to 1.', () => {
        const now = performance.eventLoopUtilization();
        const { utilization } = performance.eventLoopUtilization(now, this.before);
        this.before = now;
        return utilization;
      }),
    ];
  }

  private ofCollections(): Metric {
    return {
      name: 'nodejs_gc_duration_seconds',
      help: 'Garbage collections by kind, and the time that they took.',
      type: 'summary',
      samples: () =>
        Array.from(this.collections, ([kind, { count, seconds }]): Sample[] => [
          { suffix: '_sum', labels: { kind }, value: seconds },
          { suffix: '_count', labels: { kind }, value: count },
        ]).flat(),
    };
  }

  private countCollection({ detail, duration }: { detail?: unknown; duration: number }): void {
    const kind = GC_KINDS[(detail as NodeGCPerformanceDetail | undefined)?.kind ?? 0] ?? 'other';
    const { count, seconds } = this.collections.get(kind) ?? { count: 0, seconds: 0 };
    this.collections.set(kind, { count: count + 1, seconds: seconds + duration / 1000 });
  }
}

function openFiles(): Sample[] {
  try {
    return [{ value: readdirSync('/proc/self/fd').length }];
  } catch {
    return [];
  }
}
