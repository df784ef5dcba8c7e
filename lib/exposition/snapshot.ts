import { type Family, type Labels, type Sample } from './family.js';
import { readFamilies } from './family-reader.js';
import { seriesIdentity } from './series-identity.js';

/**
 * All metrics at one moment. It never changes: for later numbers, take another one.
 *
 * Names are those of samples: a counter `x_total`, and of a histogram `x` its `x_bucket`, `x_sum` and `x_count`.
 */
export class Snapshot {
  /** Made when it is first asked for: whoever looks again and again until a sum is right never needs it. */
  #byIdentity: ReadonlyMap<string, Sample> | undefined;
  readonly #byName = new Map<string, Sample[]>();

  /**
   * A snapshot of what stands in an exposition, in the Prometheus text format or (if it ends in `# EOF`) in OpenMetrics.
   *
   * @errors throws an `ExpositionFault` with the number and the text of the first line that cannot be read
   */
  static of(exposition: string): Snapshot {
    return new Snapshot(readFamilies(exposition));
  }

  /** By the family's name, which in OpenMetrics is that of a counter without `_total`. */
  constructor(readonly families: ReadonlyMap<string, Family>) {
    for (const sample of samplesOf(families)) {
      const named = this.#byName.get(sample.name);
      if (named) named.push(sample);
      else this.#byName.set(sample.name, [sample]);
    }
  }

  /** How many series there are, the buckets of histograms each for itself, as Prometheus counts them. */
  get seriesCount(): number {
    return this.#identities.size;
  }

  /** The names that series have, each once, in the order they were written. */
  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** The value of the series with exactly these labels; undefined when there is none. An empty label is no label. */
  value(name: string, labels: Labels = {}): number | undefined {
    return this.#identities.get(seriesIdentity(name, labels))?.value;
  }

  /** The sum over the series that have these labels, and any others. 0 when there are none. */
  sum(name: string, labels: Labels = {}): number {
    return this.series(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The series of a name, those with the given labels if any are given, in the order they were written. */
  series(name: string, labels: Labels = {}): readonly Sample[] {
    const wanted = Object.entries(labels);
    const named = this.#byName.get(name) ?? [];
    return named.filter((sample) =>
      wanted.every(([label, value]) => (Object.hasOwn(sample.labels, label) ? sample.labels[label] : '') === value),
    );
  }

  [Symbol.iterator](): Iterator<Sample> {
    return this.#identities.values();
  }

  get #identities(): ReadonlyMap<string, Sample> {
    this.#byIdentity ??= new Map(
      samplesOf(this.families).map((sample) => [seriesIdentity(sample.name, sample.labels), sample]),
    );
    return this.#byIdentity;
  }
}

function samplesOf(families: ReadonlyMap<string, Family>): readonly Sample[] {
  return [...families.values()].flatMap((family) => family.samples);
}
