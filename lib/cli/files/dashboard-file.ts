import { CommandFault, reasonOf } from '../command-fault.js';
import { readFile } from '../read/source.js';
import { type ExpressionFile, type PlacedExpression, usesIn } from './expression-file.js';
import { isList, isRecord } from './shapes.js';
import { variableExpression } from './variable-expression.js';

/** What Grafana calls the data sources that speak PromQL. */
const PROMQL_SOURCES = ['prometheus', 'grafana-amazonprometheus-datasource', 'grafana-azureprometheus-datasource'];

/** Reads a dashboard of Grafana, as it is exported or as its API returns it. */
export async function readDashboardFile(path: string): Promise<ExpressionFile> {
  const file = parsed((await readFile(path)).text, path);
  return { path, uses: usesIn(path, dashboardExpressions(file, path)), records: [] };
}

function dashboardExpressions(file: unknown, path: string): readonly PlacedExpression[] {
  try {
    const dashboard = dashboardIn(file);
    if (dashboard) return expressionsIn(dashboard, 'dashboard', undefined);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandFault(`${path} is nested too deeply for a dashboard of Grafana.`);
  }
  throw new CommandFault(`${path} is not a dashboard of Grafana: expected JSON with \`panels\` or \`elements\`.`);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandFault(`${path} is not JSON: ${reasonOf(error)}.`);
  }
}

function dashboardIn(file: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(file)) return undefined;
  if (isList(file['panels']) || isList(file['rows']) || isRecord(file['elements'])) return file;
  return [file['dashboard'], file['spec']].map(dashboardIn).find((inner) => inner !== undefined);
}

/** Wherever they are: in queries of panels and rows, annotations and variables, of every version of the format. */
function expressionsIn(node: unknown, where: string, source: string | undefined): readonly PlacedExpression[] {
  if (isList(node)) return node.flatMap((part) => expressionsIn(part, where, source));
  if (!isRecord(node)) return [];
  const here = placeOf(node, where);
  const datasource = sourceOf(node) ?? source;
  if (datasource !== undefined && !PROMQL_SOURCES.includes(datasource)) return [];
  const own = [node['expr'], variableExpression(node)].filter((text) => typeof text === 'string' && text.trim() !== '');
  return [
    ...own.map((expression) => ({ where: here, expression: String(expression) })),
    ...Object.values(node).flatMap((part) => expressionsIn(part, here, datasource)),
  ];
}

function placeOf(node: Readonly<Record<string, unknown>>, where: string): string {
  const { title, type, name } = node;
  if (typeof title === 'string' && title !== '' && where !== '') {
    return isList(node['panels']) && type !== 'row' ? `dashboard ${title}` : `panel ${title}`;
  }
  return type === 'query' && typeof name === 'string' ? `variable ${name}` : where;
}

/** `{ "type": "prometheus" }`. The name of a data source, which old dashboards have, says nothing of its type. */
function sourceOf({ datasource }: Readonly<Record<string, unknown>>): string | undefined {
  const type = isRecord(datasource) ? datasource['type'] : undefined;
  return typeof type === 'string' && type !== 'datasource' && type !== 'grafana' ? type : undefined;
}
