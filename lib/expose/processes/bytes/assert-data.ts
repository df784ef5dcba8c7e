import { type FamilyData, type SeriesData } from '../../../metrics/family-data.js';
import { MERGE_MODES } from '../../../metrics/merge-mode.js';
import { type ForeignInJson } from './foreign-json.js';

/** Everything else in this library trusts these data. From another process they are checked, once. */

const TYPES: readonly unknown[] = ['counter', 'gauge', 'histogram'];
const FOREIGN_TYPES: readonly unknown[] = [...TYPES, 'summary', 'unknown'];
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** @errors throws for anything but the data of a family */
export function assertFamily(family: FamilyData): FamilyData {
  const { name, help, type, bounds, merge } = family;
  const isOne =
    isName(name) &&
    isText(help) &&
    TYPES.includes(type) &&
    (MERGE_MODES as readonly unknown[]).includes(merge) &&
    bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > bounds[i - 1]!)) &&
    (type === 'histogram') === bounds.length > 0;
  return checked(isOne, family);
}

/** @errors throws for anything but a series; whether its cells are there is another question */
export function assertSeries(series: SeriesData): SeriesData {
  return checked(isText(series.labels) && Number.isFinite(series.createdSeconds), series);
}

/** @errors throws for anything but families of others */
export function assertForeign(data: unknown): readonly ForeignInJson[] {
  const families = data as readonly ForeignInJson[];
  const isOne = families.every(
    ({ name, help, type, samples }) =>
      isName(name) &&
      isText(help) &&
      FOREIGN_TYPES.includes(type) &&
      samples.every((sample) => isName(sample.name) && isText(sample.labels)),
  );
  return checked(isOne, families);
}

function checked<T>(isOne: boolean, data: T): T {
  if (!isOne) throw new TypeError('Expected the numbers of a process, got something else among them.');
  return data;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isName(value: unknown): boolean {
  return isText(value) && NAME.test(String(value));
}
