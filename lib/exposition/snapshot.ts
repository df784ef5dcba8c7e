import { type Family, type Labels, type Sample } from './family.js';
import { readFamilies } from './family-reader.js';
import { seriesIdentity } from './series-identity.js';

/**
 * All metrics at one moment. It never changes: take another snapshot for later values.
 *
 * Names are sample names: `x_total` for a counter, and `x_bucket`, `x_sum` and `x_count` for a histogram `x`.
 */
export class Snapshot {
  /** Created on first use: callers that poll until a sum is right do not need it. */
  #byIdentity: ReadonlyMap<string, Sample> | undefined;
  readonly #byName = new Map<string, Sample[]>();

  /**
   * A snapshot of an exposition in the Prometheus text format or, if it ends in `# EOF`, in OpenMetrics.
   *
   * @errors throws an `ExpositionFault` with the number and the text of the first line that cannot be read
   */
  static of(exposition: string): Snapshot {
    return new Snapshot(readFamilies(exposition));
  }

  /** By the name of the family. In OpenMetrics, that of a counter has no `_total`. */
  constructor(readonly families: ReadonlyMap<string, Family>) {
    for (const sample of samplesOf(families)) {
      const named = this.#byName.get(sample.name);
      if (named) named.push(sample);
      else this.#byName.set(sample.name, [sample]);
    }
  }

  /** The number of series as Prometheus counts them: each bucket of a histogram is one. */
  get seriesCount(): number {
    return this.#identities.size;
  }

  /** The distinct names of the series, in the order of the exposition. */
  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /**
   * The value of the series with exactly these labels; undefined if there is none. An empty label counts as missing.
   */
  value(name: string, labels: Labels = {}): number | undefined {
    return this.#identities.get(seriesIdentity(name, labels))?.value;
  }

  /** The sum of all series that have at least these labels; 0 if there are none. */
  sum(name: string, labels: Labels = {}): number {
    return this.series(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The series of a name that have at least these labels, in the order of the exposition. */
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
