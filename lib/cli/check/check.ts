import { lintFamilies } from '../../exposition/lint/lint-exposition.js';
import { type ExpressionFile } from '../files/expression-file.js';
import { namespaceOf } from '../read/namespace-of.js';
import { type Published } from '../read/published.js';
import { budgetFindings } from './budgets.js';
import { aboveLimit, cardinalities, type Cardinality, totalSeries } from './cardinality.js';
import { contentTypeFindings } from './content-type.js';
import { type Finding, LEVELS } from './finding.js';
import { nameFindings } from './used-names.js';

/** What is checked, and against what. */
export interface CheckInput {
  /** Where it comes from, for the report. */
  readonly source: string;
  readonly contentType: string | undefined;
  readonly published: Published;
  readonly files: readonly ExpressionFile[];
  readonly targetLabels: readonly string[];
  readonly ignore: RegExp | undefined;
  /** The option `limits.labelSetsPerMetric` of the application. */
  readonly labelSets: number;
  readonly maxSeries: number | undefined;
}

/** What was found. `--json` prints it as it is. */
export interface CheckReport {
  readonly source: string;
  readonly metrics: number;
  readonly series: number;
  readonly findings: readonly Finding[];
  readonly cardinality: readonly Cardinality[];
}

export function check(input: CheckInput): CheckReport {
  const { published, source } = input;
  const namespace = namespaceOf(published) ?? '';
  const cardinality = cardinalities(published);
  const found = [
    ...contentTypeFindings(input.contentType),
    ...lintFindings(published),
    ...budgetFindings(published, namespace, input.labelSets),
    ...aboveLimit(cardinality, input.maxSeries),
    ...nameFindings({ ...input, namespace }),
  ];
  const findings = LEVELS.flatMap((level) => found.filter((finding) => finding.level === level));
  return { source, metrics: published.metrics.size, series: totalSeries(published), findings, cardinality };
}

function lintFindings({ families }: Published): readonly Finding[] {
  return lintFamilies(families).map(({ metric, problem }) => {
    return { level: 'warning', check: 'lint', metric, message: problem };
  });
}
