import { similarNames } from '../../exposition/similar-names.js';
import { grouped } from '../grouped.js';
import { type ExpressionFile, type Use } from '../files/expression-file.js';
import { type Published, type PublishedMetric } from '../read/published.js';
import { type Finding } from './finding.js';
import { isOfLibrary } from './names-of-library.js';
import { isOfPrometheus } from './names-of-prometheus.js';

/** What is compared, and how. */
export interface NameComparison {
  readonly published: Published;
  readonly files: readonly ExpressionFile[];
  /** Labels that Prometheus adds to what it scrapes. */
  readonly targetLabels: readonly string[];
  /** Names that are not reported, of metrics that come from elsewhere. */
  readonly ignore: RegExp | undefined;
  readonly namespace: string;
}

/** What rules and dashboards read and the endpoint does not have, and what it has and they do not read. */
export function nameFindings(comparison: NameComparison): readonly Finding[] {
  const { published, files, ignore } = comparison;
  if (files.length === 0) return [];
  const bySeries = metricsBySeries(published);
  const recorded = new Set(files.flatMap(({ records }) => records));
  const uses = files
    .flatMap((file) => file.uses)
    .filter(({ selector: { name } }) => {
      return name !== '' && !recorded.has(name) && !isOfPrometheus(name) && ignore?.test(name) !== true;
    });
  const used = new Set(uses.map(({ selector }) => bySeries.get(selector.name)?.name));
  const unused = [...published.metrics.keys()].filter((name) => !used.has(name) && ignore?.test(name) !== true);
  return [
    ...missingMetrics(uses, bySeries, comparison.namespace),
    ...missingLabels(uses, bySeries, comparison.targetLabels),
    ...unused.map((name) => unusedMetric(name)),
  ];
}

type BySeries = ReadonlyMap<string, PublishedMetric>;

function metricsBySeries({ metrics }: Published): BySeries {
  const pairs = [...metrics.values()].flatMap((metric) =>
    Array.from(metric.seriesNames, (name) => [name, metric] as const),
  );
  return new Map(pairs);
}

function missingMetrics(uses: readonly Use[], bySeries: BySeries, namespace: string): readonly Finding[] {
  const missing = grouped(
    uses.filter(({ selector: { name } }) => !bySeries.has(name)),
    ({ selector: { name } }) => name,
  );
  const known = [...bySeries.keys()];
  return Array.from(missing, ([name, at]) => {
    const isOurs = isOfLibrary(name, namespace);
    const level = isOurs ? 'warning' : 'error';
    const message = `not published${isOurs ? optional : meant(name, known)}; ${places(at)}`;
    return { level, check: 'missing-metric', metric: name, message };
  });
}

const optional = ', a metric of the library that depends on an option or on what the application has';

function meant(name: string, known: readonly string[]): string {
  const recorded = name.includes(':') ? ' and recorded in none of the files' : '';
  const similar = similarNames(name, known);
  return recorded + (similar.length === 0 ? '' : `, did you mean ${similar.join(' or ')}?`);
}

function missingLabels(uses: readonly Use[], bySeries: BySeries, targetLabels: readonly string[]): readonly Finding[] {
  const wanted = uses.flatMap((use) => use.selector.labels.map((label) => ({ ...use, label })));
  const missing = wanted.filter(({ selector, label }) => {
    const metric = bySeries.get(selector.name);
    return metric && metric.seriesCount > 0 && !metric.labels.has(label) && !targetLabels.includes(label);
  });
  const byLabel = grouped(missing, ({ selector, label }) => `${selector.name} ${label}`);
  return Array.from(byLabel.values(), (at) => missingLabel(at, bySeries));
}

function missingLabel(at: readonly (Use & { readonly label: string })[], bySeries: BySeries): Finding {
  const [first] = at;
  const name = first?.selector.name ?? '';
  const has = [...(bySeries.get(name)?.labels ?? [])].join(', ') || 'none';
  const message = `has no label ${first?.label} (it has ${has}); ${places(at)}`;
  return { level: 'error', check: 'missing-label', metric: name, message };
}

const MOST_PLACES = 3;

function places(uses: readonly Use[]): string {
  const all = [...new Set(uses.map(({ file, where }) => `${file} (${where})`))];
  const rest = all.length - MOST_PLACES;
  return `used in ${all.slice(0, MOST_PLACES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function unusedMetric(metric: string): Finding {
  return { level: 'info', check: 'unused', metric, message: 'no given rule or dashboard uses it' };
}
