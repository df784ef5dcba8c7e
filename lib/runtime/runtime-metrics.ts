import { type Collector } from '../expose/collector.js';
import { type MetricStore } from '../metrics/store.js';
import { ActiveResources } from './active-resources.js';
import { CpuTime } from './cpu-time.js';
import { EventLoop } from './event-loop.js';
import { GarbageCollection } from './garbage-collection.js';
import { gaugeOf } from './gauge-of.js';
import { Heap } from './heap.js';
import { HeapSpaces } from './heap-spaces.js';
import { ProcessStatus } from './process-status.js';
import { NODEJS_VERSION_INFO } from '../catalogue/nest/nodejs.definitions.js';
import { PROCESS_START_TIME_SECONDS } from '../catalogue/nest/process.definitions.js';

/**
 * The metrics of Node and of the process. Each application has its own instance.
 *
 * Between `start()` and `stop()` it costs about 0.05 to 0.1 % of a core, mostly for sampling the event loop
 * (docs/decisions/0007). It does not keep the process alive. Values that the platform does not report are absent.
 */
export class RuntimeMetrics implements Collector {
  readonly name = 'runtime';

  private readonly parts;
  private readonly eventLoop: EventLoop;
  private readonly processStatus: ProcessStatus;
  private readonly garbageCollection: GarbageCollection;
  private isRunning = false;

  constructor(store: MetricStore) {
    gaugeOf(store, PROCESS_START_TIME_SECONDS).set(Date.now() / 1000 - process.uptime());
    store.gauge(NODEJS_VERSION_INFO).known(versionLabels(process.version)).set(1);
    this.eventLoop = new EventLoop(store);
    this.processStatus = new ProcessStatus(store);
    this.garbageCollection = new GarbageCollection(store);
    // Active resources come first, so that those of our own readings do not count.
    this.parts = [
      new ActiveResources(store),
      new CpuTime(store),
      new Heap(store),
      new HeapSpaces(store),
      this.eventLoop,
    ];
  }

  /** Starts to observe the event loop and garbage collections. Idempotent. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.eventLoop.start();
    this.garbageCollection.start();
  }

  /** Removes all timers and observers. Idempotent. */
  stop(): void {
    this.isRunning = false;
    this.eventLoop.stop();
    this.garbageCollection.stop();
  }

  /**
   * Takes half a millisecond of CPU and one turn of the event loop.
   *
   * @errors rejects if a part could not be read; the other parts are still updated
   */
  async collect(signal: AbortSignal): Promise<void> {
    const results = await Promise.allSettled([
      ...this.parts.map(async (part) => part.collect()),
      this.processStatus.collect(signal),
      this.eventLoop.measureLag(),
    ]);
    const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (faults.length > 0)
      throw new AggregateError(faults, `${faults.length} of the runtime metrics could not be read.`);
  }
}

/** Ignores a suffix after the patch version, as in `v22.23.3-nightly`. */
function versionLabels(version: string): Record<'version' | 'major' | 'minor' | 'patch', string> {
  const [major = '', minor = '', patch = ''] = version.match(/\d+/g) ?? [];
  return { version, major, minor, patch };
}
