import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../lib/capabilities/capabilities.js';
import { conventionsOf, isDefinition } from '../../lib/capabilities/capability.js';
import { NAMINGS } from '../../lib/catalogue/naming.js';
import * as self from '../../lib/catalogue/nest/self.definitions.js';
import { type MetricDefinition } from '../../lib/metrics/definition.js';
import { OWN_PARTS } from '../../lib/observe/error-boundary.js';

const CATALOGUE = fileURLToPath(new URL('../../lib/catalogue/', import.meta.url));

const modules = [
  ...CAPABILITIES.flatMap((capability) => conventionsOf(capability, NAMINGS)).map(({ definitions }) => definitions),
  self,
];
const definitions = modules
  .flatMap((module) => Object.entries(module))
  .filter((pair): pair is [string, MetricDefinition] => isDefinition(pair[1]));

describe('the definitions of metrics', () => {
  it('are there, all that the catalogue has', async () => {
    const files = readdirSync(CATALOGUE, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.definitions.ts'),
    );
    const exported = await Promise.all(
      files.map(async (file) => import(CATALOGUE + file) as Promise<Readonly<Record<string, unknown>>>),
    );
    const all = exported.flatMap((module) => Object.values(module)).filter(isDefinition);
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(definitions.map(([, definition]) => definition))).toEqual(new Set(all));
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

  it('name every part whose errors are counted', () => {
    const { boundedBy } = self.NESTJS_METRICS_ERRORS_TOTAL.labels.part;
    const parts = new Set([...CAPABILITIES.map(({ part }) => part), ...OWN_PARTS]);
    expect(new Set(boundedBy.replaceAll('`', '').split(', '))).toEqual(parts);
  });
});
