import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type MetricDefinition } from '../../lib/metrics/definition.js';

const FOLDER = fileURLToPath(new URL('../../lib/catalogue/nest/', import.meta.url));

const exported = await Promise.all(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.definitions.ts'))
    .map(async (file) => import(FOLDER + file) as Promise<Readonly<Record<string, unknown>>>),
);
const constants = exported.flatMap((module) => Object.entries(module));
const definitions = constants.filter((pair): pair is [string, MetricDefinition] => isDefinition(pair[1]));

function isDefinition(value: unknown): value is MetricDefinition {
  const type: unknown = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return type === 'counter' || type === 'gauge' || type === 'histogram';
}

describe('the definitions of metrics', () => {
  it('are there', () => {
    expect(definitions.length).toBeGreaterThan(20);
  });

  it.each(definitions)('%s is the constant of its metric', (constant, { name }) => {
    expect(constant).toBe(name.toUpperCase());
  });

  it('have a name each', () => {
    const names = definitions.map(([, { name }]) => name);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it.each(definitions)('%s has a help that is a sentence', (_, { help }) => {
    expect(help).toMatch(/^[A-Z].*\.$/);
  });
});
