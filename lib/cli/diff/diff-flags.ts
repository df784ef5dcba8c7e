import { type AccessFlags } from '../read/access.js';

/** As the flags give it. */
export interface DiffFlags extends AccessFlags {
  readonly json?: true;
  readonly markdown?: true;
}
