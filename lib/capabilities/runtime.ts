import * as nodejs from '../catalogue/nest/nodejs.definitions.js';
import * as processes from '../catalogue/nest/process.definitions.js';
import { RuntimeMetrics } from '../runtime/runtime-metrics.js';
import { type Capability, type Feed, underEveryNaming } from './capability.js';
import { RUNTIME_OPTIONS } from './runtime.options.js';

/** The process and Node itself. Most of it is read at each scrape. */
export const RUNTIME: Capability<boolean, undefined> = {
  part: 'runtime',
  options: RUNTIME_OPTIONS,
  events: [],
  conventions: underEveryNaming({
    definitions: { ...processes, ...nodejs },
    feed: ({ store }) => feedOf(new RuntimeMetrics(store)),
  }),
};

function feedOf(metrics: RuntimeMetrics): Feed {
  return { collector: metrics, start: () => metrics.start(), stop: () => metrics.stop() };
}
