import { type Naming } from '../catalogue/naming.js';

/** What dashboards are written for. */
export interface DashboardSettings {
  /** What the names of all metrics of the library begin with, underscore included: `shop_`, or nothing. */
  readonly namespace: string;
  /** Which metrics the dashboards read. */
  readonly naming: Naming;
  /**
   * Prometheus stores native histograms, and not the classic buckets beside them: the option `nativeHistograms` is on,
   * and the scrape configuration asks for them.
   */
  readonly nativeHistograms: boolean;
}

export const DEFAULT_DASHBOARD_SETTINGS: DashboardSettings = { namespace: '', naming: 'nest', nativeHistograms: false };
