import { APPLICATION, type FamilyGroups } from './family-groups.js';
import { type ForeignFamily } from './foreign-family.js';
import { reservedNames } from './prom-client/reserved-names.js';
import { type Reading } from './reading.js';

/** Which families a scrape asks for. Plain data; scrapes that ask for the same have equal filters. */
export interface Filter {
  /** Names of families or of their samples, sorted and each once. Undefined asks for every name. */
  readonly names: readonly string[] | undefined;
  /** Groups, in the order of `FamilyGroups.known`. Undefined asks for all of them. */
  readonly groups: readonly string[] | undefined;
}

export function wantsGroup(filter: Filter | undefined, group: string = APPLICATION): boolean {
  return filter?.groups?.includes(group) ?? true;
}

/** The part of a reading that a scrape asks for. The reading itself stays as it is: other scrapes may share it. */
export function filtered(reading: Reading, filter: Filter | undefined, { ofFamily }: FamilyGroups): Reading {
  if (filter === undefined) return reading;
  const isNamed = namedBy(filter);
  return {
    own: reading.own.filter((family) => wantsGroup(filter, ofFamily.get(family.name)) && isNamed(family)),
    chunks: reading.chunks,
    foreign: wantsGroup(filter) ? reading.foreign.filter(isNamed) : [],
  };
}

function namedBy({ names }: Filter): (family: Pick<ForeignFamily, 'name' | 'type'>) => boolean {
  if (names === undefined) return () => true;
  const asked = new Set(names);
  // A counter without `_total` is renamed in no format, so these are all names that a family and its samples can have.
  return (family) => reservedNames(family).some((name) => asked.has(name));
}
