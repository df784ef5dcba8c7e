import { type ForeignFamily } from '../../../foreign-family.js';
import { type ClaimedNames } from '../claimed-names.js';
import { isCountedForeign } from '../counted.js';
import { type Share } from '../share.js';

/** A family of others in one of the shares. */
export interface ForeignPart {
  readonly family: ForeignFamily;
  readonly isEnded: boolean;
}

/** As `familyParts`, of the families of others. */
export function foreignParts(shares: readonly Share[], names: ClaimedNames): readonly (readonly ForeignPart[])[] {
  const byName = new Map<string, ForeignPart[]>();
  for (const { reading, isEnded } of shares) {
    for (const family of reading.foreign) {
      if (family.aggregator === 'omit' || (isEnded && !isCountedForeign(family))) continue;
      const parts = byName.get(family.name);
      if (parts !== undefined) addAlike(parts, { family, isEnded }, names);
      else if (names.isFree(family)) byName.set(family.name, [{ family, isEnded }]);
    }
  }
  return [...byName.values()];
}

function addAlike(parts: ForeignPart[], part: ForeignPart, names: ClaimedNames): void {
  const first = parts[0]!.family;
  const { name, type, aggregator = 'sum' } = part.family;
  const { aggregator: others = 'sum' } = first;
  if (type !== first.type) names.leaveOut(name, `it is a ${type} there and a ${first.type} in others`);
  else if (aggregator !== others) names.leaveOut(name, `its aggregator is ${aggregator} there and ${others} in others`);
  else parts.push(part);
}
