import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type DashboardPlan } from '../dashboard-plan.js';
import { type DashboardSettings } from '../dashboard-settings.js';
import { queryText } from '../queries/query-text.js';
import { DATA_SOURCE } from './data-source.js';

/** A metric that every application has, whatever it uses. */
const EVERYWHERE = 'nestjs_metrics_info';
const OF_JOB = 'job=~"$job"';

/** What every query of a dashboard is restricted to. A single value needs no regular expression: a dot in it is a dot. */
export function matchersOf({ isOfOneInstance = false }: DashboardPlan): string {
  return `${OF_JOB}, instance${isOfOneInstance ? '=' : '=~'}"$instance"`;
}

/** Data source, job, instance, and the variables of the dashboard. */
export function variablesOf(plan: DashboardPlan, settings: DashboardSettings) {
  const { variables = [], isOfOneInstance = false } = plan;
  const instance = variable('instance', 'Instance', queryText(EVERYWHERE, settings, OF_JOB));
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    severalOf(variable('job', 'Job', queryText(EVERYWHERE, settings, ''))),
    isOfOneInstance ? instance : severalOf(instance),
    ...variables.map(({ label, title, metric }) =>
      severalOf(variable(label, title, queryText(metric, settings, matchersOf(plan)))),
    ),
  ];
}

function variable(label: string, title: string, series: string): QueryVariableBuilder {
  return (
    new QueryVariableBuilder(label)
      .label(title)
      .datasource(DATA_SOURCE)
      .query(`label_values(${series}, ${label})`)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      // oxlint-disable-next-line unicorn/no-array-sort -- a method of the builder
      .sort(VariableSort.AlphabeticalAsc)
  );
}

function severalOf(one: QueryVariableBuilder): QueryVariableBuilder {
  return one.multi(true).includeAll(true).allValue('.+');
}
