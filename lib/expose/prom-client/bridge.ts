import { type Engine } from '../../metrics/engine.js';
import { type Family } from '../../metrics/series.js';
import { type Collector, type CollectorSource } from '../collector.js';
import { APPLICATION } from '../family-groups.js';
import { type ProxyHost } from './ours/family-proxy.js';
import { ForeignCollectors } from './theirs/foreign-collectors.js';
import { inventoryOf } from './theirs/foreign-inventory.js';
import { type ForeignMetric, type ForeignRegistry } from './foreign-registry.js';
import { JoinedRegistry } from './ours/joined-registry.js';
import { NameClashes } from './name-clashes.js';
import { OwnLabels } from './ours/own-labels.js';
import { SharedRefresh } from './ours/shared-refresh.js';

export interface BridgeParts {
  readonly engine: Engine;
  /** Called at each synchronisation, because an application may load its client late: see `registriesOf`. */
  readonly registries: () => readonly ForeignRegistry[];
  /**
   * Runs our own collectors, and only ours, before our metrics are read through a registry of theirs. It has to settle:
   * `register.metrics()` waits for it.
   */
  readonly refresh: () => Promise<void>;
  /** Called once for each name that both sides use. */
  readonly warn: (message: string) => void;
  /** Called for every metric that could not be read, each time. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Connects our engine and the registries of `prom-client` and `@prometheus-io/client`, in both directions.
 *
 * Theirs on our endpoint: `collectors()`. A metric of theirs that throws, hangs or gives nonsense costs its own family.
 * Ours in theirs: from `join()` to `leave()`, in `metrics()`, `getMetricsAsJSON()`, `getSingleMetric(name)`, pushes to a
 * gateway, and registries merged from them. Nothing here throws; `onFault` is called with what went wrong.
 *
 * Where both sides use a name, each keeps it in its own exposition, with one warning.
 */
export class PromClientBridge implements CollectorSource {
  readonly group = APPLICATION;
  private readonly clashes: NameClashes;
  private readonly host: ProxyHost;
  private readonly joined = new Map<ForeignRegistry, JoinedRegistry>();
  private stopFollowing: (() => void) | undefined;
  private isSyncDue = false;
  private joinedAt = 0;

  constructor(private readonly parts: BridgeParts) {
    this.clashes = new NameClashes(parts.warn);
    const refreshing = new SharedRefresh(parts.refresh, parts.onFault);
    this.host = {
      labels: new OwnLabels(),
      refresh: () => (this.isJoined ? refreshing.run() : Promise.resolve()),
    };
  }

  /** Puts our families into their registries, and from now on those that are made later. Twice is once. */
  join(): void {
    if (this.isJoined) return;
    this.joinedAt = performance.now();
    this.stopFollowing = this.parts.engine.journal.follow((entry) => {
      if (entry.kind === 'metric') this.syncSoon();
    });
    this.sync();
  }

  /** Takes out what is still ours, and leaves the registries as they would be without us. Twice is once. */
  leave(): void {
    this.stopFollowing?.();
    this.stopFollowing = undefined;
    for (const registry of this.joined.values()) this.guarded(() => registry.leave());
    this.joined.clear();
  }

  /** Finds registries that were loaded since, and puts back what a `clear()` took out. Done at every scrape. */
  sync(): void {
    this.take();
  }

  /** Synchronises, then gives a collector for each metric of theirs that has a `collect`, and one for all others. */
  collectors(): readonly Collector[] {
    return new ForeignCollectors(this.take(), this.parts.onFault).collectors();
  }

  private get isJoined(): boolean {
    return this.stopFollowing !== undefined;
  }

  /** The journal tells of a metric while it is being made; the engine has it a moment later. */
  private syncSoon(): void {
    if (this.isSyncDue) return;
    this.isSyncDue = true;
    queueMicrotask(() => {
      this.isSyncDue = false;
      if (this.isJoined) this.guarded(() => this.sync());
    });
  }

  /** Their metrics that our endpoint publishes. A name in two registries is the first one's. */
  private take(): readonly ForeignMetric[] {
    const taken = new Map<string, ForeignMetric>();
    const twice: string[] = [];
    const { families } = this.parts.engine;
    for (const registry of this.guarded(this.parts.registries) ?? []) {
      for (const metric of this.guarded(() => this.takeFrom(registry, families)) ?? []) {
        if (taken.has(metric.name)) twice.push(metric.name);
        else taken.set(metric.name, metric);
      }
    }
    this.clashes.twice(twice);
    return [...taken.values()];
  }

  private takeFrom(registry: ForeignRegistry, families: readonly Family[]): readonly ForeignMetric[] {
    const metrics = inventoryOf(registry, this.parts.onFault);
    const { ours, theirs } = this.clashes.between(families, metrics);
    if (this.isJoined) this.guarded(() => this.joinedRegistry(registry).sync(families, ours));
    return metrics.filter((metric) => !theirs.has(metric.name));
  }

  private joinedRegistry(registry: ForeignRegistry): JoinedRegistry {
    const known = this.joined.get(registry);
    if (known !== undefined) return known;
    const made = new JoinedRegistry(registry, this.host, this.joinedAt);
    this.joined.set(registry, made);
    return made;
  }

  private guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.parts.onFault(error);
      return undefined;
    }
  }
}
