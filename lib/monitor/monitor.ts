import { type ErrorBoundary } from '../observe/error-boundary.js';
import { type MetricEvents } from '../observe/metric-events.js';
import { LivePages } from './live-pages.js';
import { MemoryStore } from './memory-store.js';
import { MonitorResponder } from './monitor-responder.js';
import { type ResolvedMonitorOptions } from './monitor.options.js';
import { ownProcess } from './own-process.js';
import { Recorder } from './recorder.js';
import { type OutageLog } from './redis/outages.js';
import { Snapshots } from './snapshots.js';
import { type MonitorStore } from './store.js';

/** What of the application the monitor is made with. */
export interface MonitorHost {
  readonly events: MetricEvents;
  readonly boundary: ErrorBoundary;
  readonly log: OutageLog;
}

/** The parts of the monitor of one application, put together. It counts from then on; `start` connects and delivers. */
export class Monitor {
  readonly responder: MonitorResponder;
  readonly boundary: ErrorBoundary;
  private readonly recorder: Recorder;
  private readonly pages: LivePages;
  private readonly stopListening: () => void;

  /** @errors rejects when the store has a URL of Redis and no client for it is installed, or a directory that cannot be used */
  static async create(options: ResolvedMonitorOptions, host: MonitorHost): Promise<Monitor> {
    return new Monitor(options, host, await storeOf(options, host));
  }

  private constructor(
    options: ResolvedMonitorOptions,
    { events, boundary }: MonitorHost,
    private readonly store: MonitorStore,
  ) {
    this.boundary = boundary;
    this.recorder = new Recorder(store, options);
    const snapshots = new Snapshots(store, options.totalsOnly);
    const failed = (error: unknown) => boundary.report('monitor', error);
    this.pages = new LivePages(snapshots, failed);
    this.responder = new MonitorResponder(options.path, snapshots, this.pages, failed);
    this.stopListening = events.listen(this.recorder);
  }

  start(): void {
    this.store.start(() => this.boundary.run('monitor', () => this.recorder.flush()));
  }

  /** The server can close only when no page is connected any more. */
  closePages(): void {
    this.pages.close();
  }

  /** Delivers what was counted so far, as long as a client of the application may still be open. */
  async deliver(): Promise<void> {
    this.boundary.run('monitor', () => this.recorder.flushAll());
    await this.store.deliver();
  }

  /** Delivers what was counted, within two seconds or not at all. */
  async stop(): Promise<void> {
    this.stopListening();
    this.boundary.run('monitor', () => this.recorder.flushAll());
    await this.store.stop();
  }
}

async function storeOf(options: ResolvedMonitorOptions, { boundary, log }: MonitorHost): Promise<MonitorStore> {
  const { store, retentionHours, totalsOnly } = options;
  const process = ownProcess();
  if (store === 'memory') return new MemoryStore(retentionHours, process);
  const parts = {
    process,
    retentionHours,
    totalsOnly,
    log,
    report: (error: unknown) => boundary.report('monitor', error),
  };
  // Loaded on demand: most monitors have neither a directory nor a Redis.
  if ('directory' in store) {
    const { openDirectoryStore } = await import('./directory/open-directory-store.js');
    return openDirectoryStore(store, parts);
  }
  const { openRedisStore } = await import('./redis/open-redis-store.js');
  return openRedisStore(store, parts);
}
