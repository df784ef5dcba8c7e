import { withNamespace } from '../../promql/with-namespace.js';
import { HISTOGRAM_NAMES, METRIC_NAMES } from '../../catalogue/published-names.js';
import { type DashboardSettings } from '../dashboard-settings.js';
import { withMatchers } from './matchers.js';
import { withNativeHistograms } from './native-histograms.js';

/** Puts the settings, and matchers if there are any, into a plain query. */
export function queryText(plain: string, { namespace, nativeHistograms }: DashboardSettings, matchers: string): string {
  const query = nativeHistograms ? withNativeHistograms(plain, HISTOGRAM_NAMES) : plain;
  const named = withNamespace(query, namespace, METRIC_NAMES);
  return matchers === '' ? named : withMatchers(named, matchers);
}
