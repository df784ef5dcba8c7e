import { ExpositionFault } from '../../../lib/exposition/exposition-fault.js';
import { type ExpositionFormat, type Family, type Sample } from '../../../lib/exposition/family.js';

interface ValueRule {
  readonly sentence: string;
  /** Left out where the rule holds in both formats. */
  readonly format?: ExpositionFormat;
  readonly appliesTo: (sample: Sample, family: Family) => boolean;
  readonly holds: (sample: Sample, family: Family) => boolean;
}

const VALUE_RULES: readonly ValueRule[] = [
  {
    sentence: 'a counter is never negative and never NaN',
    appliesTo: (_, { type }) => type === 'counter',
    holds: ({ value }) => value >= 0,
  },
  { sentence: 'a count is never negative and never NaN', appliesTo: isCount, holds: ({ value }) => value >= 0 },
  {
    sentence: 'a count is a whole number',
    format: 'openmetrics',
    appliesTo: isCount,
    holds: ({ value }) => Number.isInteger(value),
  },
  {
    sentence: 'the sum of a summary is never negative and never NaN',
    format: 'openmetrics',
    appliesTo: ({ name }, { type }) => type === 'summary' && name.endsWith('_sum'),
    holds: ({ value }) => value >= 0,
  },
  { sentence: 'a quantile is never negative', appliesTo: isQuantile, holds: ({ value }) => !(value < 0) },
  {
    sentence: 'and a quantile needs a label quantile between 0 and 1',
    appliesTo: isQuantile,
    holds: ({ labels }) => /^\d/.test(labels['quantile'] ?? '') && Number(labels['quantile']) <= 1,
  },
  {
    sentence: 'an info metric is always 1',
    appliesTo: (_, { type }) => type === 'info',
    holds: ({ value }) => value === 1,
  },
  {
    sentence: 'a state is 0 or 1',
    appliesTo: (_, { type }) => type === 'stateset',
    holds: ({ value }) => value === 0 || value === 1,
  },
  {
    sentence: 'and a state needs a label with the name of its family',
    appliesTo: (_, { type }) => type === 'stateset',
    holds: ({ labels }, { name }) => Object.hasOwn(labels, name),
  },
];

/** What the value of a sample may be, which depends on the type of its family. */
export function checkValue(sample: Sample, family: Family, format: ExpositionFormat): void {
  const broken = VALUE_RULES.find(
    (rule) => (rule.format ?? format) === format && rule.appliesTo(sample, family) && !rule.holds(sample, family),
  );
  if (broken) throw new ExpositionFault(`${sample.name} is ${sample.value}, ${broken.sentence}`, sample.lineNumber);
}

function isCount({ name }: Sample, { type }: Family): boolean {
  if (type === 'summary') return name.endsWith('_count');
  return type.endsWith('histogram') && /_(?:bucket|g?count)$/.test(name);
}

function isQuantile({ name }: Sample, family: Family): boolean {
  return family.type === 'summary' && name === family.name;
}
