import { type Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardLink, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { type DashboardPlan } from '../dashboard-plan.js';

/** Links to the other dashboards, which keep the time and the variables. */
export function linksBetween(all: readonly DashboardPlan[], plan: DashboardPlan): Builder<DashboardLink>[] {
  return all.filter(({ uid }) => uid !== plan.uid).map((other) => ({ build: () => linkTo(other) }));
}

/** Without a placement, which the builder of Grafana would hide in a menu. */
function linkTo({ uid, title, description }: DashboardPlan): DashboardLink {
  return {
    title,
    tooltip: description,
    type: DashboardLinkType.Link,
    url: `/d/${uid}`,
    icon: '',
    tags: [],
    asDropdown: false,
    targetBlank: false,
    includeVars: true,
    keepTime: true,
  };
}

/** The address of a dashboard with the time and variables of this one, and with the label of the row as its variable. */
export function linkWith(uid: string, label: string): string {
  const kept = ['datasource', 'job', 'instance'].filter((name) => name !== label);
  const variables = kept.map((name) => `\${${name}:queryparam}`).join('&');
  return `/d/${uid}?\${__url_time_range}&${variables}&var-${label}=\${__data.fields.${label}}`;
}
