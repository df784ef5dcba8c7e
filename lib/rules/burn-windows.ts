import { type Severity } from './rule.js';

/** How fast an error budget must be used up for an alert, and over which windows that is measured. */
export interface BurnWindow {
  /** Shows that much of the budget is gone. */
  readonly long: string;
  /** Shows that it still goes on, so that the alert ends soon after the fault. */
  readonly short: string;
  /** So many times faster than a budget that lasts exactly 30 days. */
  readonly factor: number;
  readonly severity: Severity;
  /** How much of the budget of 30 days is gone after the long window. */
  readonly spent: string;
}

/** As in chapter 5 of the SRE Workbook, https://sre.google/workbook/alerting-on-slos/. */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'critical', spent: '2%' },
  { long: '6h', short: '30m', factor: 6, severity: 'critical', spent: '5%' },
  { long: '1d', short: '2h', factor: 3, severity: 'warning', spent: '10%' },
  { long: '3d', short: '6h', factor: 1, severity: 'warning', spent: '10%' },
];

/** Each window once, from short to long. */
export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
