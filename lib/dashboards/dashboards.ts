import { type DashboardPlan } from './dashboard-plan.js';
import { type DashboardSettings } from './dashboard-settings.js';
import { grafanaDashboard } from './grafana/dashboard.js';
import { CACHES } from './nest/caches.js';
import { DATABASE } from './nest/database.js';
import { HTTP } from './nest/http.js';
import { OVERVIEW } from './nest/overview.js';
import { PROCESS } from './nest/process.js';
import { RUNTIME } from './nest/runtime.js';

/** A dashboard as Grafana imports it. */
export interface GeneratedDashboard {
  /** The name of its file, after its uid. */
  readonly file: string;
  readonly title: string;
  readonly json: string;
}

const PLANS: readonly DashboardPlan[] = [OVERVIEW, HTTP, DATABASE, CACHES, RUNTIME, PROCESS];

/** All dashboards for these settings. */
export function dashboards(settings: DashboardSettings): readonly GeneratedDashboard[] {
  return PLANS.map((plan) => {
    const json = JSON.stringify(grafanaDashboard(plan, PLANS, settings), null, 2);
    return { file: `${plan.uid}.json`, title: plan.title, json: `${json}\n` };
  });
}
