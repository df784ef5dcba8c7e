import { type ForeignFamily, type ForeignSample } from '../../foreign-family.js';

/** JSON has no infinity and no NaN. */
type NumberInJson = number | string;

interface SampleInJson extends Omit<ForeignSample, 'value' | 'le'> {
  readonly value: NumberInJson;
  readonly le?: NumberInJson;
}

export interface ForeignInJson extends Omit<ForeignFamily, 'samples'> {
  readonly samples: readonly SampleInJson[];
}

export function foreignToJson(families: readonly ForeignFamily[]): readonly ForeignInJson[] {
  return families.map((family) => ({ ...family, samples: family.samples.map(sampleToJson) }));
}

export function foreignFromJson(families: readonly ForeignInJson[]): readonly ForeignFamily[] {
  return families.map((family) => ({ ...family, samples: family.samples.map(sampleFromJson) }));
}

function sampleToJson({ value, le, ...rest }: ForeignSample): SampleInJson {
  return { ...rest, value: inJson(value), ...(le !== undefined && { le: inJson(le) }) };
}

function sampleFromJson({ value, le, ...rest }: SampleInJson): ForeignSample {
  return { ...rest, value: Number(value), ...(le !== undefined && { le: Number(le) }) };
}

function inJson(value: number): NumberInJson {
  return Number.isFinite(value) ? value : String(value);
}
