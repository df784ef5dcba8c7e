import { ExpositionFault } from '../../../lib/exposition/exposition-fault.js';
import { type ExpositionFormat, type Family, type Sample } from '../../../lib/exposition/family.js';
import { checkDistribution } from './histogram-rules.js';
import { checkValue } from './value-rules.js';

/** What must hold for the samples of one family beyond the grammar of their lines. Throws at the first fault. */
export function checkFamily(family: Family, format: ExpositionFormat): void {
  if (format === 'openmetrics') checkOpenMetricsNames(family);
  for (const sample of family.samples) {
    checkExemplar(sample, family);
    checkValue(sample, family, format);
  }
  if (family.type === 'histogram' || family.type === 'gaugehistogram') checkDistribution(family, format);
}

function checkOpenMetricsNames({ name, type, unit }: Family): void {
  if (name.startsWith('_')) throw new ExpositionFault(`Family ${name} begins with an underscore, which is reserved`);
  if (name.includes(':')) throw new ExpositionFault(`Family ${name} has a colon, which is reserved for rules`);
  if (!unit) return;
  if (!name.endsWith(`_${unit}`)) throw new ExpositionFault(`Family ${name} does not end in its unit ${unit}`);
  if (type === 'info' || type === 'stateset') throw new ExpositionFault(`Family ${name}, of type ${type}, has a unit`);
}

function checkExemplar({ name, labels, exemplar, lineNumber }: Sample, { type }: Family): void {
  if (!exemplar) return;
  const isBucket = type.endsWith('histogram') && name.endsWith('_bucket');
  const isTotal = type === 'counter' && name.endsWith('_total');
  if (!isBucket && !isTotal) throw new ExpositionFault(`An exemplar on ${name}, which can have none`, lineNumber);
  const length = Object.entries(exemplar.labels).reduce((sum, pair) => sum + Array.from(pair.join('')).length, 0);
  if (length > 128)
    throw new ExpositionFault(`An exemplar's labels have ${length} characters, 128 at most`, lineNumber);
  const bound = labels['le'] ?? '';
  if (isBucket && !(exemplar.value <= Number(bound.replace('+Inf', 'Infinity')))) {
    throw new ExpositionFault(`The exemplar ${exemplar.value} is outside of its bucket ${bound}`, lineNumber);
  }
}
