import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../lib/capabilities/capabilities.js';
import { isDefinition } from '../../lib/capabilities/capability.js';
import { type MetricDefinition } from '../../lib/metrics/definition.js';
import { readExposition, type Family } from '../support/exposition.js';

const EXPOSED_BY_DJANGO = readFileSync(new URL('../support/django/exposition.txt', import.meta.url), 'utf8');

/** Of what Python's client exposes, `_created` and what is not of django-prometheus left out. */
const families = [...readExposition(EXPOSED_BY_DJANGO, 'text').families.values()].filter(
  ({ name }) => name.startsWith('django_') && !name.endsWith('_created'),
);
const definitions = CAPABILITIES.filter(({ part }) => ['http', 'typeorm', 'cache'].includes(part))
  .flatMap(({ conventions }) => Object.values(conventions.django?.definitions ?? {}))
  .filter(isDefinition);

/** The labels of metrics that have no sample in the fixture, from the source of django-prometheus. */
const WITHOUT_SAMPLES: Readonly<Record<string, readonly string[]>> = {
  django_cache_get_fail_total: ['backend'],
  django_db_new_connection_errors_total: ['alias', 'vendor'],
};

function labelsIn({ name, samples }: Family): readonly string[] {
  const [sample] = samples;
  if (sample === undefined) return WITHOUT_SAMPLES[name] ?? [];
  return Object.keys(sample.labels).filter((label) => label !== 'le');
}

function bucketsIn({ samples }: Family): readonly number[] {
  const bounds = samples.flatMap(({ labels }) => (labels['le'] === undefined ? [] : Number(labels['le'])));
  return [...new Set(bounds)].filter((bound) => Number.isFinite(bound));
}

const bucketsOf = (definition: MetricDefinition) => (definition.type === 'histogram' ? definition.buckets : []);

describe('the naming django', () => {
  it('has every metric of django-prometheus, and no other', () => {
    expect(families.length).toBe(34);
    expect(definitions.map(({ name }) => name).toSorted()).toEqual(families.map(({ name }) => name).toSorted());
  });

  it.each(families)('has the type, the labels and the buckets of $name', (family) => {
    const definition = definitions.find(({ name }) => name === family.name)!;
    expect(definition.type).toBe(family.type);
    expect(Object.keys(definition.labels).toSorted()).toEqual(labelsIn(family).toSorted());
    expect(bucketsOf(definition)).toEqual(bucketsIn(family));
  });
});
