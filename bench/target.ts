import { figure } from './table.js';

/** A target for a measured number, and whether this run met it. */
export interface Target {
  readonly met: boolean;
  readonly text: string;
}

export function atMost(value: number, limit: number, unit = ''): Target {
  return target(value <= limit, `${figure(value)}${unit} (≤ ${figure(limit)}${unit})`);
}

export function atLeast(value: number, limit: number, unit = ''): Target {
  return target(value >= limit, `${figure(value)}${unit} (≥ ${figure(limit)}${unit})`);
}

/** A number that could not be measured misses its target: comparisons with `NaN` are false. */
function target(met: boolean, text: string): Target {
  return { met, text: `${text} ${met ? 'ok' : 'missed'}` };
}
