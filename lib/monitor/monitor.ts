import { type Guard } from '../observe/guard.js';
import { type MetricEvents } from '../observe/metric-events.js';
import { LivePages } from './live-pages.js';
import { MemoryStore } from './memory-store.js';
import { MonitorEndpoint } from './monitor-endpoint.js';
import { type ResolvedMonitorOptions } from './monitor.options.js';
import { ownProcess } from './own-process.js';
import { Recorder } from './recorder.js';
import { type OutageLog } from './redis/outages.js';
import { Snapshots } from './snapshots.js';
import { type MonitorStore } from './store.js';

/** What of the application the monitor is made with. */
export interface MonitorHost {
  readonly events: MetricEvents;
  readonly guard: Guard;
  readonly log: OutageLog;
}

/** The parts of the monitor of one application, put together. Making it hears; `start` connects and begins to deliver. */
export class Monitor {
  readonly endpoint: MonitorEndpoint;
  readonly guard: Guard;
  private readonly recorder: Recorder;
  private readonly pages: LivePages;
  private readonly stopListening: () => void;

  /** @errors rejects when the store has a URL of Redis and no client for it is installed */
  static async create(options: ResolvedMonitorOptions, host: MonitorHost): Promise<Monitor> {
    return new Monitor(options, host, await storeOf(options, host));
  }

  private constructor(
    options: ResolvedMonitorOptions,
    { events, guard }: MonitorHost,
    private readonly store: MonitorStore,
  ) {
    this.guard = guard;
    this.recorder = new Recorder(store, options);
    const snapshots = new Snapshots(store, options.totalsOnly);
    const failed = (error: unknown) => guard.report('monitor', error);
    this.pages = new LivePages(snapshots, failed);
    this.endpoint = new MonitorEndpoint(options.path, snapshots, this.pages, failed);
    this.stopListening = events.listen(this.recorder);
  }

  start(): void {
    this.store.start(() => this.guard.run('monitor', () => this.recorder.flush()));
  }

  /** The server can close only when nobody waits for events any more. */
  closePages(): void {
    this.pages.close();
  }

  /** Delivers what was counted so far, as long as a client of the application may still be open. */
  async deliver(): Promise<void> {
    this.guard.run('monitor', () => this.recorder.flushAll());
    await this.store.deliver();
  }

  /** Delivers what was counted, within two seconds or not at all. */
  async stop(): Promise<void> {
    this.stopListening();
    this.guard.run('monitor', () => this.recorder.flushAll());
    await this.store.stop();
  }
}

async function storeOf(options: ResolvedMonitorOptions, { guard, log }: MonitorHost): Promise<MonitorStore> {
  const { store, retentionHours, totalsOnly } = options;
  const process = ownProcess();
  if (store === 'memory') return new MemoryStore(retentionHours, process);
  // Loaded on demand: most monitors have no Redis.
  const { openRedisStore } = await import('./redis/open-redis-store.js');
  return openRedisStore(store, {
    process,
    retentionHours,
    totalsOnly,
    log,
    report: (error) => guard.report('monitor', error),
  });
}
