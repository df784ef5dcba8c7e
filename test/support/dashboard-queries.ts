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
  readonly templating: { readonly list: readonly { readonly name: string; readonly query?: string }[] };
}

/**
 * Every query of a dashboard, also those that find the values of its variables. The variables that are not given select
 * everything.
 */
export function dashboardQueries(json: string, variables: DashboardVariables): readonly DashboardQuery[] {
  const dashboard = JSON.parse(json) as DashboardJson;
  const values: Readonly<Record<string, string>> = {
    __rate_interval: variables.rateInterval,
    __range: variables.range,
    job: variables.job,
    instance: variables.instance,
  };
  const ofPanels = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ panel: title, expression: expr })),
  );
  return [...ofPanels, ...variableQueries(dashboard)].map(({ panel, expression }) => ({
    dashboard: dashboard.title,
    panel,
    expression: expression.replaceAll(/\$(\w+)/g, (_, name: string) => values[name] ?? '.+'),
  }));
}

/** `label_values(series, label)` is a function of Grafana. */
function variableQueries({ templating }: DashboardJson) {
  return templating.list.flatMap(({ name, query = '' }) => {
    const [, series, label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
    return series === undefined ? [] : [{ panel: `Variable ${name}`, expression: `group by (${label}) (${series})` }];
  });
}

/** The panels of all rows, also those of collapsed ones, and not the rows themselves. */
export function panelsOf<Panel extends DashboardPanel>(dashboard: { readonly panels: readonly Panel[] }): Panel[] {
  const all = dashboard.panels.flatMap((panel) => [panel, ...((panel.panels ?? []) as readonly Panel[])]);
  return all.filter(({ type }) => type !== 'row');
}
