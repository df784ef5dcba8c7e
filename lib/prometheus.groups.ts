import { CAPABILITIES } from './capabilities/capabilities.js';
import { conventionsOf, groupOf, isDefinition } from './capabilities/capability.js';
import { type Naming } from './catalogue/naming.js';
import * as self from './catalogue/nest/self.definitions.js';
import { APPLICATION, type FamilyGroups } from './expose/family-groups.js';
import { type ActiveCapability } from './prometheus.feeds.js';

/** The group of the metrics about this library, `nestjs_metrics_…`. */
const SELF = 'metrics';

/**
 * The groups of an application. A capability that is switched off keeps its group, so that one configuration of
 * Prometheus suits several applications, but its names are free for metrics of the application.
 *
 * @param prefix what the names of all metrics begin with
 */
export function familyGroups(
  active: readonly ActiveCapability[],
  naming: readonly Naming[],
  prefix: string,
): FamilyGroups {
  const published = active.flatMap(({ capability }) =>
    conventionsOf(capability, naming).map(({ definitions }) => ({ group: groupOf(capability), definitions })),
  );
  const ofFamily = [...published, { group: SELF, definitions: self }].flatMap(({ group, definitions }) =>
    Object.values(definitions)
      .filter(isDefinition)
      .map(({ name }) => [prefix + name, group] as const),
  );
  return { known: [...CAPABILITIES.map(groupOf), SELF, APPLICATION], ofFamily: new Map(ofFamily) };
}
