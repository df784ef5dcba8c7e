import { type SeriesData } from '../../../metrics/family-data.js';
import { labelPairs } from '../../formats/label-pairs.js';

/**
 * The labels of our series as plain values. A series keeps nothing but its label text, which the engine wrote itself:
 * its three escapes are undone here, once per series.
 */
export class OwnLabels {
  private readonly known = new WeakMap<SeriesData, Readonly<Record<string, string>>>();

  of(series: SeriesData): Readonly<Record<string, string>> {
    const known = this.known.get(series);
    if (known !== undefined) return known;
    // A label called `__proto__` is defined as any other.
    const made = Object.fromEntries(labelPairs(series.labels));
    this.known.set(series, made);
    return made;
  }
}
