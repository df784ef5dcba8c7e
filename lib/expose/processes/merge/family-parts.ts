import { type ClaimedNames } from './claimed-names.js';
import { isCounted } from './counted.js';
import { type FamilyPart, type Share } from './share.js';

/**
 * The families of all shares by their name, in the order in which they are found. Only those of one type and one way of
 * merging can be merged: those of the first share that has the name.
 */
export function familyParts(shares: readonly Share[], names: ClaimedNames): readonly (readonly FamilyPart[])[] {
  const byName = new Map<string, FamilyPart[]>();
  for (const share of shares) {
    for (const family of share.reading.own) {
      if (share.isEnded && !isCounted(family)) continue;
      const parts = byName.get(family.name);
      if (parts !== undefined) addAlike(parts, { share, family }, names);
      else if (names.claim(family)) byName.set(family.name, [{ share, family }]);
    }
  }
  return [...byName.values()];
}

function addAlike(parts: FamilyPart[], part: FamilyPart, names: ClaimedNames): void {
  const first = parts[0]!.family;
  const { name, type, merge } = part.family;
  if (type !== first.type) names.leaveOut(name, `it is a ${type} there and a ${first.type} in others`);
  else if (merge !== first.merge)
    names.leaveOut(name, `it is merged by ${merge} there and by ${first.merge} in others`);
  else parts.push(part);
}
