import { type AccessFlags } from '../read/access.js';
import { type Level } from './finding.js';

/** As the flags give it. */
export interface CheckFlags extends AccessFlags {
  readonly rules?: readonly string[];
  readonly dashboards?: readonly string[];
  readonly targetLabels: readonly string[];
  readonly ignore?: RegExp;
  readonly labelSets: number;
  readonly maxSeries?: number;
  readonly top: number;
  readonly failOn: Level;
  readonly json?: true;
}
