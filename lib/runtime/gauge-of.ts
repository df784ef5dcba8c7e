import { type GaugeDefinition } from '../metrics/definition.js';
import { type GaugeSeries } from '../metrics/gauge.js';
import { type MetricStore } from '../metrics/store.js';

/** Makes the gauge of a definition without labels. It is absent until it is set, because 0 would be a wrong value. */
export function gaugeOf(store: MetricStore, definition: GaugeDefinition<Record<never, never>>): GaugeSeries {
  const series = store.gauge(definition).labels({});
  series.unset();
  return series;
}

/** Sets a gauge, or makes it absent if the platform reports no value. */
export function setOrUnset(series: GaugeSeries, value: number | undefined): void {
  if (value === undefined || !Number.isFinite(value)) series.unset();
  else series.set(value);
}
