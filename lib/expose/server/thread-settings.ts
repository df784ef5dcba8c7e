import { type LockPlan } from '../../access/lock-plan.js';
import { type PagesAddress } from '../../serving/port-pages.js';
import { type EndpointLimits } from '../endpoint.js';
import { type FamilyGroups } from '../family-groups.js';
import { type ProcessSettings } from '../processes/process-settings.js';
import { type ResolvedServerOptions } from './server.options.js';

/** What the thread is given when it starts. Plain data. */
export interface ThreadSettings {
  /** The port of its own; undefined without one. */
  readonly server: ResolvedServerOptions | undefined;
  /** This process as one of many; undefined if it is read alone. */
  readonly processes: ProcessSettings | undefined;
  /** The port that an earlier thread of this process had: scrapers know it. */
  readonly formerPort: number | undefined;
  readonly limits: EndpointLimits;
  readonly groups: FamilyGroups;
  /** The name of the gauge that shows which collectors succeeded. */
  readonly successMetric: string;
  /** Who may ask; undefined without `auth` and certificates of clients. */
  readonly lock: LockPlan | undefined;
  /** Pages that the application's thread answers. */
  readonly pages: PagesAddress | undefined;
  /** The memory of the `Pulse`. */
  readonly pulse: SharedArrayBuffer;
}
