import { isRecord } from './shapes.js';

/** Grafana's functions for the values of a variable. They are no PromQL, and contain it. */
const FUNCTIONS = [/^label_values\(\s*(?<expression>[^]+),\s*[^,()]+\)$/, /^query_result\((?<expression>[^]+)\)$/];

/** The PromQL of a variable such as `label_values(up{job="a"}, instance)`; undefined for anything else. */
export function variableExpression(node: Readonly<Record<string, unknown>>): string | undefined {
  if (node['type'] !== 'query') return undefined;
  const query = isRecord(node['query']) ? node['query']['query'] : node['query'];
  const text = (typeof query === 'string' ? query : '').trim();
  return FUNCTIONS.map((pattern) => pattern.exec(text)?.groups?.['expression']).find((found) => found !== undefined);
}
