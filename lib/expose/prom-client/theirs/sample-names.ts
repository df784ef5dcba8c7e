import { type ForeignFamily } from '../../foreign-family.js';

/** What may follow the name of the family in the name of a sample. */
const SUFFIXES: Readonly<Record<ForeignFamily['type'], readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
  unknown: [''],
};

export interface SampleName {
  readonly suffix: string;
  /** Of the family as it is published, and the suffix. */
  readonly full: string;
}

/** Turns the names of their samples into ours; a family has three of them at most, and they are checked once. */
export class SampleNames {
  private readonly known = new Map<unknown, SampleName>();

  constructor(
    private readonly family: Pick<ForeignFamily, 'name' | 'type'>,
    /** What theirs begin with. It is not the family's own name where OpenMetrics took a suffix off. */
    private readonly prefix: string,
  ) {}

  /** @errors throws when no sample of the family can have this name */
  of(metricName: unknown): SampleName {
    const known = this.known.get(metricName);
    if (known !== undefined) return known;
    const suffix = this.suffixOf(metricName ?? this.prefix);
    const made = { suffix, full: this.family.name + suffix };
    this.known.set(metricName, made);
    return made;
  }

  private suffixOf(name: unknown): string {
    const { type } = this.family;
    const suffix = SUFFIXES[type].find((candidate) => name === this.prefix + candidate);
    if (suffix !== undefined) return suffix;
    const got = JSON.stringify(name)?.slice(0, 80);
    throw new TypeError(`Expected the samples of a ${type} to be called after it, got ${got}.`);
  }
}
