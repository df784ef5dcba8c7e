/** A query of a panel, with values for its variables. */
export interface DashboardQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expression: string;
}

export interface DashboardVariables {
  /** `$__rate_interval`: at least four scrapes, such as `4s`. */
  readonly rateInterval: string;
  /** `$__range`: the shown time. */
  readonly range: string;
  readonly job: string;
  /** `host:port`, as Prometheus puts it into the label `instance`. */
  readonly instance: string;
}

export interface DashboardPanel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
  readonly panels?: readonly DashboardPanel[];
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly DashboardPanel[];
}

/** Every query of a dashboard. The variables that are not given select everything. */
export function dashboardQueries(json: string, variables: DashboardVariables): readonly DashboardQuery[] {
  const dashboard = JSON.parse(json) as DashboardJson;
  const values: Readonly<Record<string, string>> = {
    __rate_interval: variables.rateInterval,
    __range: variables.range,
    job: variables.job,
    instance: variables.instance,
  };
  return panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      dashboard: dashboard.title,
      panel: title,
      expression: expr.replaceAll(/\$(\w+)/g, (_, name: string) => values[name] ?? '.+'),
    })),
  );
}

/** The panels of all rows, also those of collapsed ones, and not the rows themselves. */
export function panelsOf<Panel extends DashboardPanel>(dashboard: { readonly panels: readonly Panel[] }): Panel[] {
  const all = dashboard.panels.flatMap((panel) => [panel, ...((panel.panels ?? []) as readonly Panel[])]);
  return all.filter(({ type }) => type !== 'row');
}
