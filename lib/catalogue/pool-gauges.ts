import { type PoolReading } from '../observe/database-events.js';
import { type GaugeSeries } from '../metrics/gauge.js';

/** The gauges of one connection pool. */
export interface PoolSeries {
  readonly used: GaugeSeries;
  readonly idle: GaugeSeries;
  readonly pending: GaugeSeries;
  readonly max: GaugeSeries;
}

/** The gauges of the pools of one data source, by role. They are set at each scrape. */
export class PoolGauges {
  private readonly byRole = new Map<string, PoolSeries>();

  constructor(private readonly create: (role: string) => PoolSeries) {}

  /** The gauges of pools that no longer exist become 0. */
  read(pools: readonly PoolReading[]): void {
    for (const { used, idle, pending } of this.byRole.values()) {
      for (const gauge of [used, idle, pending]) gauge.set(0);
    }
    for (const pool of pools) this.set(pool);
  }

  private set({ role, used, idle, pending, max }: PoolReading): void {
    const series = this.byRole.get(role) ?? this.create(role);
    this.byRole.set(role, series);
    series.used.set(used);
    series.idle.set(idle);
    series.pending.set(pending);
    if (max === undefined) series.max.unset();
    else series.max.set(max);
  }
}
