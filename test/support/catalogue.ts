import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDefinition } from '../../lib/capabilities/capability.js';
import { type MetricDefinition } from '../../lib/metrics/definition.js';

const FOLDER = fileURLToPath(new URL('../../lib/catalogue/', import.meta.url));

/** The definitions of each naming convention. */
export const CATALOGUE: ReadonlyMap<string, readonly MetricDefinition[]> = await readCatalogue();

async function readCatalogue(): Promise<Map<string, readonly MetricDefinition[]>> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  const catalogue = new Map<string, readonly MetricDefinition[]>();
  for (const file of files.filter((name) => name.endsWith('.definitions.ts')).toSorted()) {
    const [convention = ''] = file.split('/');
    const module = (await import(FOLDER + file)) as object;
    const found = Object.values(module).filter(isDefinition);
    catalogue.set(convention, [...(catalogue.get(convention) ?? []), ...found]);
  }
  return catalogue;
}

export function definitionsOf(convention: string): readonly MetricDefinition[] {
  return CATALOGUE.get(convention) ?? [];
}

/** The labels of the series with a name: `x_bucket` of a histogram `x` has `le` too. Undefined for unknown names. */
export function labelsOfSeries(name: string): readonly string[] | undefined {
  const { definition, suffix } = definitionOfSeries(name) ?? {};
  if (definition === undefined) return undefined;
  return [...Object.keys(definition.labels), ...(suffix === 'bucket' ? ['le'] : [])];
}

function definitionOfSeries(name: string) {
  const all = [...CATALOGUE.values()].flat();
  const [, base, suffix] = /^(.+)_(bucket|count|sum)$/.exec(name) ?? [];
  const plain = all.find((one) => one.name === name);
  if (plain) return { definition: plain, suffix: '' };
  const histogram = all.find((one) => one.name === base && one.type === 'histogram');
  return histogram && { definition: histogram, suffix };
}
