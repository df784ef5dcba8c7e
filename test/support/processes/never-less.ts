import { type Exposition, type Family } from '../exposition.js';

const ADDED_UP = ['counter', 'histogram'];

/** Compares each scrape of an application with the one before: what was counted must not become less. */
export class NeverLess {
  /** What became less or is gone. */
  readonly faults: string[] = [];
  #last: ReadonlyMap<string, number> = new Map();

  see(scrape: Exposition): void {
    const now = new Map([...scrape.families.values()].flatMap(countedIn));
    for (const [series, before] of this.#last) {
      const value = now.get(series);
      if (value === undefined || value < before) this.faults.push(`${series} was ${before} and is ${String(value)}`);
    }
    this.#last = now;
  }
}

/** The series that all processes add up to. Those with the label `process` end with their process. */
function countedIn({ type, samples }: Family): (readonly [string, number])[] {
  if (!ADDED_UP.includes(type)) return [];
  return samples
    .filter(({ labels }) => labels['process'] === undefined)
    .map(({ name, labels, value }) => [`${name}${JSON.stringify(labels)}`, value]);
}
