import { CAPABILITIES } from './capabilities/capabilities.js';
import { type Capability, conventionsOf, groupOf, type Feed, type FeedContext } from './capabilities/capability.js';
import { type Naming } from './catalogue/naming.js';
import { OWN_PARTS } from './observe/error-boundary.js';
import { optionsOf, type ResolvedOptions } from './prometheus.options.js';

/** The early parts of the capabilities that have one. */
export type EarlyParts = ReadonlyMap<Capability, unknown>;

/** A capability that is switched on, with its options. */
export interface ActiveCapability {
  readonly capability: Capability;
  readonly options: unknown;
}

/** The feed of one capability under one naming, the part that its errors are counted in, and the group of its metrics. */
export interface CapabilityFeed {
  readonly part: string;
  readonly group: string;
  readonly feed: Feed;
}

export function activeCapabilities(resolved: ResolvedOptions): readonly ActiveCapability[] {
  const all = CAPABILITIES.map((capability) => ({ capability, options: optionsOf(capability, resolved) }));
  return all.filter(({ options }) => options !== false);
}

/** Creates the metrics of every capability that is switched on, under every naming that is asked for. */
export function feedsOf(
  active: readonly ActiveCapability[],
  naming: readonly Naming[],
  early: EarlyParts,
  engine: Pick<FeedContext<unknown, unknown>, 'store' | 'activeSpan' | 'report'>,
): readonly CapabilityFeed[] {
  return active.flatMap(({ capability, options }) => {
    const feeding = { ...engine, options, early: early.get(capability) };
    return conventionsOf(capability, naming).map((convention) => ({
      part: capability.part,
      group: groupOf(capability),
      feed: convention.feed(feeding),
    }));
  });
}

/** Every value of the label `part` of `nestjs_metrics_errors_total`. */
export function errorParts(): readonly string[] {
  return [...new Set([...CAPABILITIES.map(({ part }) => part), ...OWN_PARTS])];
}

/** Whether one capability reads the tally of a request, and another one fills it. */
export function needsRequestScope(active: readonly ActiveCapability[]): boolean {
  const isRead = active.some(({ capability, options }) => capability.readsRequestTally?.(options) === true);
  return isRead && active.some(({ capability }) => capability.fillsRequestTally === true);
}
