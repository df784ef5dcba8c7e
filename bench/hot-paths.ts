import { alternate } from './alternate.js';
import { type Effort } from './effort.js';
import {
  emptyLoop,
  type HotPath,
  LABEL_SETS,
  ourCounterHandle,
  ourCounterLookup,
  ourHistogramHandle,
  ourHistogramLookup,
  ourNativeHistogramHandle,
  promClientCounter,
  promClientHistogram,
} from './hot-paths/loops.js';
import { type Summary, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atLeast, atMost, type Target } from './target.js';

/**
 * Long enough for the resolution of the clock and for one or two garbage collections, short enough to alternate often.
 */
const SAMPLE_MS = 30;

/** The cost of counting one event, in this process and without a server. */
export async function hotPaths(effort: Effort): Promise<readonly Target[]> {
  const loops = {
    'the loop alone': emptyLoop(),
    'counter, handle': ourCounterHandle(),
    'counter, label lookup': ourCounterLookup(),
    'counter, prom-client with labels': promClientCounter(),
    'histogram, handle': ourHistogramHandle(),
    'histogram, label lookup': ourHistogramLookup(),
    'native histogram, handle': ourNativeHistogramHandle(),
    'histogram, prom-client with labels': promClientHistogram(),
  };
  const samplers = await Promise.all(Object.values(loops).map(sampler));
  const cases = Object.fromEntries(Object.keys(loops).map((name, i) => [name, samplers[i] ?? (() => NaN)]));
  const samples = await alternate(effort.hotPathSamples, cases as Record<keyof typeof loops, () => Promise<number>>);

  const ns = (name: keyof typeof loops): Summary => summarize(samples[name]);
  const targets: Target[] = [];
  const rows = (['counter', 'histogram'] as const).flatMap((kind) => {
    const handle = ns(`${kind}, handle`);
    const lookup = ns(`${kind}, label lookup`);
    const peer = ns(`${kind}, prom-client with labels`);
    const cost = atMost(handle.median, 20, ' ns');
    const handleRatio = atLeast(peer.median / handle.median, 20, '×');
    const lookupRatio = atLeast(peer.median / lookup.median, 4, '×');
    targets.push(cost, handleRatio, lookupRatio);
    return [
      [`${kind}, handle`, figure(handle.median), range(handle), cost.text, handleRatio.text],
      [`${kind}, label lookup`, figure(lookup.median), range(lookup), '', lookupRatio.text],
      [`${kind}, prom-client with labels`, figure(peer.median), range(peer)],
    ];
  });
  const native = ns('native histogram, handle');
  const nativeCost = atMost(native.median, 20, ' ns');
  targets.push(nativeCost);
  rows.push(['native histogram, handle', figure(native.median), range(native), nativeCost.text]);
  const loop = ns('the loop alone');
  printTable(
    `Hot paths: ns per operation, the loop around it included (${effort.hotPathSamples} samples)`,
    ['what', 'ns', 'min–max', 'target', 'times faster than prom-client'],
    [['the loop alone', figure(loop.median), range(loop)], ...rows],
  );
  return targets;
}

/** Warms up the loop until it fills a sample. Then each call measures one sample, in ns per operation. */
async function sampler(path: HotPath): Promise<() => Promise<number>> {
  let times = 100;
  while (timed(path, times) < SAMPLE_MS) times *= 2;
  return async () => {
    const before = await path.arrived();
    const elapsedMs = timed(path, times);
    const operations = times * LABEL_SETS.length;
    const arrived = (await path.arrived()) - before;
    if (arrived !== operations) throw new Error(`Expected ${operations} operations to arrive, got ${arrived}.`);
    return (elapsedMs * 1e6) / operations;
  };
}

function timed(path: HotPath, times: number): number {
  const start = performance.now();
  path.run(times);
  return performance.now() - start;
}
