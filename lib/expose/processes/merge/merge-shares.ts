import { Cells } from '../../../metrics/cells.js';
import { type Reading } from '../../reading.js';
import { ClaimedNames } from './claimed-names.js';
import { familyParts } from './family-parts.js';
import { mergeForeign } from './foreign/merge-foreign.js';
import { mergeFamily } from './merged-family.js';
import { type Share } from './share.js';

/**
 * One reading out of those of several processes, by the type of each metric and its mode of merging. Where processes
 * differ in a metric, the first share decides.
 *
 * @param report is told of what was left out, once for each metric
 */
export function mergeShares(shares: readonly Share[], report: (problem: string) => void): Reading {
  const names = new ClaimedNames(report);
  const cells = new Cells(() => undefined);
  const own = familyParts(shares, names).map((parts) => mergeFamily(parts, cells));
  const foreign = mergeForeign(shares, names);
  return { own, chunks: cells.chunks.map((chunk) => chunk.cells), foreign };
}
