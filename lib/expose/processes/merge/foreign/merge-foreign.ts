import { type ForeignFamily } from '../../../foreign-family.js';
import { type ClaimedNames } from '../claimed-names.js';
import { type Share } from '../share.js';
import { foreignParts } from './foreign-parts.js';
import { MergedForeign } from './merged-foreign.js';

/** The families of others in all shares, each by its aggregator. */
export function mergeForeign(shares: readonly Share[], names: ClaimedNames): readonly ForeignFamily[] {
  return foreignParts(shares, names).map((parts) => {
    const merged = new MergedForeign(parts);
    for (const part of parts) merged.add(part);
    return merged.finish();
  });
}
