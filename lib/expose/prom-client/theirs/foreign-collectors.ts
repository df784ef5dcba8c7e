import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Collector } from '../../collector.js';
import { type ForeignFamily } from '../../foreign-family.js';
import { TimeSlices } from '../../time-slices.js';
import { messageOf } from './foreign-inventory.js';
import { readFamily } from './read-family.js';
import { type ForeignMetric } from '../foreign-registry.js';

/** One collector for all metrics that have no `collect`: each collector makes two series of ours. */
const GROUP = 'prom_client';

/** Shorter than any deadline of a scrape, so that a `collect` that hangs does not make the others miss it. */
const PATIENCE_MS = 200;

/** Reads a list of their metrics, once: a source makes a new one for each scrape. */
export class ForeignCollectors {
  private readonly running: Promise<unknown>[] = [];

  constructor(
    private readonly metrics: readonly ForeignMetric[],
    private readonly onFault: (error: unknown) => void,
  ) {}

  collectors(): readonly Collector[] {
    const collecting = this.metrics.filter((metric) => metric.isCollecting);
    const others = this.metrics.filter((metric) => !metric.isCollecting);
    const alone = collecting.map((metric) => ({
      name: metric.name,
      collect: (signal: AbortSignal) => this.collectOne(metric, signal),
    }));
    if (others.length === 0) return alone;
    return [...alone, { name: GROUP, collect: (signal) => this.collectOthers(others, signal) }];
  }

  private collectOne(metric: ForeignMetric, signal: AbortSignal): Promise<readonly ForeignFamily[]> {
    const families = read(metric, new TimeSlices(signal)).then((family) => [family]);
    this.running.push(families.catch(() => undefined));
    return families;
  }

  /** A `collect` often sets several metrics while only one of them has it, so the others are read after it. */
  private async collectOthers(metrics: readonly ForeignMetric[], signal: AbortSignal): Promise<ForeignFamily[]> {
    await setImmediate();
    await atMost(PATIENCE_MS, Promise.all(this.running));
    signal.throwIfAborted();
    const slices = new TimeSlices(signal);
    const families: ForeignFamily[] = [];
    for (const metric of metrics) {
      // All at once would block the event loop.
      const family = await this.readOrReport(metric, slices, signal);
      if (family !== undefined) families.push(family);
    }
    return families;
  }

  private async readOrReport(
    metric: ForeignMetric,
    slices: TimeSlices,
    signal: AbortSignal,
  ): Promise<ForeignFamily | undefined> {
    try {
      if (slices.isOver) await slices.next();
      return await read(metric, slices);
    } catch (error) {
      signal.throwIfAborted();
      this.onFault(error);
      return undefined;
    }
  }
}

async function read(metric: ForeignMetric, slices: TimeSlices): Promise<ForeignFamily> {
  try {
    return await readFamily(metric, slices);
  } catch (error) {
    throw new Error(`The prom-client metric ${metric.name} was left out: ${messageOf(error)}`, { cause: error });
  }
}

async function atMost(milliseconds: number, done: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([done, setTimeout(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
