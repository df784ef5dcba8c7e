import { type NamedMetric, namedMetrics } from './named-metrics.js';
import { type ParsedPromql, parsePromql } from './parse-promql.js';

/** What the text formats append to the name of a metric. */
const SUFFIX = /_(?:created|bucket|count|sum)$/;

/**
 * The expression with `prefix` in the names of the metrics in `names`, also where they end in `_bucket`, `_sum`, `_count`
 * or `_created`. Every other character stays: other metrics, labels, strings, comments and variables of Grafana. A
 * recorded name stays too, unless `names` has it. A name in a regular expression (`{__name__=~"nestjs_.*"}`) is replaced
 * if the expression consists of names and `|`.
 *
 * @errors throws a `PromqlFault` for text that is not PromQL
 */
export function withNamespace(expression: string, prefix: string, names: ReadonlySet<string>): string {
  const found = metricsIn(parsePromql(expression)).filter(({ name }) => isOurs(name, names));
  return found.reduceRight(
    (text, { name, from, to }) => text.slice(0, from) + namespaced(name, prefix) + text.slice(to),
    expression,
  );
}

/** `x` becomes `shop_x`, and the recorded name `route:x:rate5m` becomes `route:shop_x:rate5m`. */
export function namespaced(name: string, prefix: string): string {
  const at = name.indexOf(':') + 1;
  return name.slice(0, at) + prefix + name.slice(at);
}

function isOurs(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name) || names.has(name.replace(SUFFIX, ''));
}

/** In the order of the text. */
function metricsIn(parsed: ParsedPromql): readonly NamedMetric[] {
  const found: NamedMetric[] = [];
  parsed.root.cursor().iterate((cursor) => {
    if (cursor.name === 'VectorSelector') found.push(...namedMetrics(cursor.node, parsed));
  });
  return found;
}
