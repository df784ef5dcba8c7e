import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

/**
 * The interval at which the delay is sampled. A shorter stall can be missed, and a longer one is reported too short by
 * at most this interval. The cost in an idle process, in percent of one slow core: 10 ms 0.27, 20 ms 0.16, 50 ms 0.07,
 * 100 ms 0.04. A JavaScript timer costs two and a half times as much.
 */
export const RESOLUTION_MS = 100;

/** Time between the starts of the two stretches. */
const TURNOVER_MS = 60_000;

export interface Delays {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly meanSeconds: number;
  readonly stddevSeconds: number;
  percentileSeconds(percentile: number): number;
}

/** One observed stretch of time. */
class Stretch {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private utilization: EventLoopUtilization = performance.eventLoopUtilization();

  begin(): void {
    this.histogram.enable();
    this.histogram.reset();
    this.utilization = performance.eventLoopUtilization();
  }

  end(): void {
    this.histogram.disable();
  }

  /** Undefined before the first reading. */
  delays(): Delays | undefined {
    const { histogram } = this;
    if (!Number.isFinite(histogram.mean)) return undefined;
    return {
      minSeconds: delaySeconds(histogram.min),
      maxSeconds: delaySeconds(histogram.max),
      meanSeconds: delaySeconds(histogram.mean),
      stddevSeconds: histogram.stddev / 1e9,
      percentileSeconds: (percentile) => delaySeconds(histogram.percentile(percentile)),
    };
  }

  utilizationRatio(): number {
    return performance.eventLoopUtilization(this.utilization).utilization;
  }
}

/**
 * The delays of the event loop over the last one to two minutes. All readers see the same values.
 *
 * Two stretches run in parallel and restart alternately, one minute apart; the older one is read. Reading changes
 * nothing, so two scrapers cannot take each other's delays away, as they would if each reading restarted the histogram.
 * The second stretch has no measurable cost, because its timer is due at the same time.
 */
export class EventLoopWindow {
  private older = new Stretch();
  private younger = new Stretch();
  private turnedOverAt = 0;

  constructor(private readonly turnoverMs = TURNOVER_MS) {}

  start(): void {
    this.older.begin();
    this.younger.begin();
    this.turnedOverAt = performance.now();
  }

  stop(): void {
    this.older.end();
    this.younger.end();
  }

  /** Must be called regularly. When the younger stretch is a minute old, the older one restarts. */
  tick(): void {
    const now = performance.now();
    if (now - this.turnedOverAt < this.turnoverMs) return;
    this.turnedOverAt = now;
    this.older.begin();
    [this.older, this.younger] = [this.younger, this.older];
  }

  delays(): Delays | undefined {
    return this.older.delays();
  }

  utilizationRatio(): number {
    return this.older.utilizationRatio();
  }
}

/** Node reports the time between two samples, the interval included. */
function delaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
}
