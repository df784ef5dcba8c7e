import { type GaugeDefinition } from '../metrics/definition.js';
import { type GaugeSeries } from '../metrics/gauge.js';
import { type MetricStore } from '../metrics/store.js';

/** The gauge of a definition without labels, absent until it is set: 0 bytes of memory were never true. */
export function gaugeOf(store: MetricStore, definition: GaugeDefinition<Record<never, never>>): GaugeSeries {
  const series = store.gauge(definition).labels({});
  series.unset();
  return series;
}

/** Sets a gauge, or leaves it out where this platform has no number for it. */
export function setOrUnset(series: GaugeSeries, value: number | undefined): void {
  if (value === undefined || !Number.isFinite(value)) series.unset();
  else series.set(value);
}
