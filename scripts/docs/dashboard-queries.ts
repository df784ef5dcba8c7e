import { type OperatorQuery } from './operator-queries.js';

/** `label_values(metric{job="x"}, instance)`: a function of Grafana, for its variables. */
const LABEL_VALUES = /^label_values\((.+), *(\w+)\)$/s;
const QUERY_RESULT = /^query_result\((.+)\)$/s;

/** The queries of the panels, annotations and variables of a Grafana dashboard. */
export function dashboardQueries(json: string, file: string): readonly OperatorQuery[] {
  const dashboard = JSON.parse(json) as { readonly title: string; readonly templating?: Templating };
  const variables = dashboard.templating?.list ?? [];
  const found: readonly Target[] = [
    ...targetsBelow(dashboard),
    ...variables.flatMap(variableQuery).map((expr) => ({ expr })),
  ];
  return found.map(({ expr, legendFormat = '' }) => ({
    file,
    kind: 'dashboard',
    title: dashboard.title,
    expression: expr,
    shown: Array.from(legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g), ([, label = '']) => label),
  }));
}

interface Target {
  readonly expr: string;
  readonly legendFormat?: string;
}

interface Templating {
  readonly list?: readonly Variable[];
}

interface Variable {
  readonly type: string;
  readonly query?: string | { readonly query?: string };
}

/** Everything with an `expr`, at any depth: the targets of panels, and annotations. */
function targetsBelow(value: unknown): readonly Target[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('expr' in value && typeof value.expr === 'string') return [value as Target];
  return Object.values(value).flatMap(targetsBelow);
}

function variableQuery({ type, query }: Variable): readonly string[] {
  const text = typeof query === 'object' ? query.query : query;
  if (type !== 'query' || text === undefined) return [];
  const [, metric, label] = LABEL_VALUES.exec(text) ?? [];
  if (metric !== undefined) return [`count by (${label}) (${metric})`];
  return [QUERY_RESULT.exec(text)?.[1] ?? text];
}
