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
import { NODEJS_VERSION_INFO, PROCESS_START_TIME_SECONDS } from '../catalogue/nest/runtime.definitions.js';

/**
 * The metrics of Node and of the process. Each application has its own; nothing is shared between them.
 *
 * From `start()` to `stop()` it costs about 0.05 to 0.1 % of a core, nearly all of it the sampling of the event loop
 * (docs/decisions/0007), and keeps no process alive. What the platform does not tell is left out.
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
    // The resources first, before our own readings are among them.
    this.parts = [
      new ActiveResources(store),
      new CpuTime(store),
      new Heap(store),
      new HeapSpaces(store),
      this.eventLoop,
    ];
  }

  /** Begins to observe the event loop and the garbage collections. Twice is once. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.eventLoop.start();
    this.garbageCollection.start();
  }

  /** Leaves no timer and no observer. Twice is once. */
  stop(): void {
    this.isRunning = false;
    this.eventLoop.stop();
    this.garbageCollection.stop();
  }

  /**
   * Takes half a millisecond of CPU and a turn of the event loop.
   *
   * @errors rejects when a part could not be read; the other parts have their numbers even so
   */
  async collect(signal: AbortSignal): Promise<void> {
    const results = await Promise.allSettled([
      ...this.parts.map(async (part) => part.collect()),
      this.processStatus.collect(signal),
      this.eventLoop.measureLag(),
    ]);
    const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (faults.length > 0)
      throw new AggregateError(faults, `Of the runtime metrics ${faults.length} could not be read.`);
  }
}

/** `v22.23.3-nightly` has more behind the patch, which is no part of it. */
function versionLabels(version: string): Record<'version' | 'major' | 'minor' | 'patch', string> {
  const [major = '', minor = '', patch = ''] = version.match(/\d+/g) ?? [];
  return { version, major, minor, patch };
}
