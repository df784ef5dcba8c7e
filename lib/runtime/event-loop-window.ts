import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

/**
 * How often the delay is sampled. A stall that is shorter can be missed, and a longer one is reported short by as much
 * at worst. What that costs an idle process, in percent of one core and on a slow one: 10 ms 0.27, 20 ms 0.16, 50 ms
 * 0.07, 100 ms 0.04; a timer of JavaScript two and a half times as much.
 */
export const RESOLUTION_MS = 100;

/** How far apart the two stretches begin. */
const TURNOVER_MS = 60_000;

export interface Delays {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly meanSeconds: number;
  readonly stddevSeconds: number;
  percentileSeconds(percentile: number): number;
}

/** One stretch of time under observation. */
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
 * The last one to two minutes of the event loop, the same for everybody who looks.
 *
 * Two stretches run side by side and begin anew in turns, a minute apart; the older one is read. A reading changes
 * nothing, so that two scrapers do not take each other's delays away, as they do where each reading starts over. The
 * second stretch costs nothing that can be measured: its timer is due in the same moment.
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

  /** To be called now and then: when the younger stretch has a minute to show, the older one begins anew. */
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

/** Node's readings are the times between two samples. */
function delaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
}
