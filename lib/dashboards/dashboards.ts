import { type Naming } from '../catalogue/naming.js';
import { type DashboardPlan } from './dashboard-plan.js';
import { type DashboardSettings } from './dashboard-settings.js';
import { DJANGO_OVERVIEW } from './django/overview.js';
import { grafanaDashboard } from './grafana/dashboard.js';
import { CACHES } from './nest/caches.js';
import { DATABASE } from './nest/database.js';
import { HTTP } from './nest/http.js';
import { OPERATIONS } from './nest/operations.js';
import { OUTGOING } from './nest/outgoing.js';
import { OVERVIEW } from './nest/overview.js';
import { PROCESS } from './nest/process.js';
import { RUNTIME } from './nest/runtime.js';
import { OTEL_OVERVIEW } from './otel/overview.js';

/** A dashboard as Grafana imports it. */
export interface GeneratedDashboard {
  /** The name of its file, after its uid. */
  readonly file: string;
  readonly title: string;
  readonly json: string;
}

/**
 * The metrics of the runtime and of the library itself have the same names in every naming. Those of messages and jobs
 * are in `nest` only.
 */
const PLANS: Readonly<Record<Naming, readonly DashboardPlan[]>> = {
  nest: [OVERVIEW, HTTP, OPERATIONS, OUTGOING, DATABASE, CACHES, RUNTIME, PROCESS],
  django: [DJANGO_OVERVIEW, RUNTIME],
  otel: [OTEL_OVERVIEW, RUNTIME],
};

/** All dashboards for these settings. */
export function dashboards(settings: DashboardSettings): readonly GeneratedDashboard[] {
  const plans = PLANS[settings.naming];
  return plans.map((plan) => {
    const json = JSON.stringify(grafanaDashboard(plan, plans, settings), null, 2);
    return { file: `${plan.uid}.json`, title: plan.title, json: `${json}\n` };
  });
}
