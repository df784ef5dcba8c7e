import { type AccessFlags } from '../read/access.js';
import { type Order } from './activity.js';

/** As the flags give it. */
export interface TopFlags extends AccessFlags {
  readonly interval: number;
  readonly sort: Order;
  readonly limit: number;
  readonly once?: true;
  readonly json?: true;
}
