import { counted } from '../counted.js';
import { type Change } from './change.js';

/** The report in one sentence. */
export function conclusionOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Both publish the same metrics.';
  const breaking = changes.filter(({ breaks }) => breaks).length;
  const consequence = breaking === 0 ? 'none of them breaks a query' : `${breaking} may break a query`;
  return `${counted(changes.length, 'change')}, ${consequence}.`;
}
