import { type ForeignExemplar, type ForeignFamily, type ForeignSample } from '../../foreign-family.js';
import { exemplarOf } from './foreign-exemplar.js';
import { ForeignLabelReader } from './foreign-labels.js';
import { isRecord } from '../foreign-registry.js';
import { HistogramOrder } from './histogram-order.js';
import { SampleNames } from './sample-names.js';

/** Takes the samples of one family one by one, and throws at the first that is none. */
export class ForeignSamples {
  private readonly taken: ForeignSample[] = [];
  private readonly names: SampleNames;
  private readonly labels: ForeignLabelReader;
  private readonly order = new HistogramOrder();
  private readonly seen = new Set<string>();
  private readonly mayHaveExemplars: boolean;

  constructor(
    private readonly family: Pick<ForeignFamily, 'name' | 'type'>,
    prefix: string,
    defaultLabels: Readonly<Record<string, unknown>>,
  ) {
    this.names = new SampleNames(family, prefix);
    this.labels = new ForeignLabelReader(defaultLabels);
    this.mayHaveExemplars = family.type === 'counter' && family.name.endsWith('_total');
  }

  add(entry: unknown): void {
    if (!isRecord(entry)) throw new TypeError('Expected each of its values to be an object.');
    const { value } = entry;
    if (typeof value !== 'number') throw new TypeError(`Expected a value to be a number, got ${typeof value}.`);
    // `inc(NaN)` ruins a counter of theirs for good, and a format cannot hold it: better no number than that.
    if (this.family.type === 'counter' && !(value >= 0)) return;
    this.take(entry, value);
  }

  finish(): readonly ForeignSample[] {
    this.order.finish();
    return this.taken;
  }

  private take(entry: Readonly<Record<string, unknown>>, value: number): void {
    const { suffix, full: name } = this.names.of(entry['metricName']);
    const isBucket = suffix === '_bucket';
    const le = isBucket ? boundOf(entry['labels']) : undefined;
    const { text: labels, identity } = this.labels.read(entry['labels'], entry['sharedLabels'], isBucket);
    if (!this.admits(identity, suffix, le, value)) return;
    const exemplar = isBucket || this.mayHaveExemplars ? exemplarOf(entry['exemplar'], le) : undefined;
    this.taken.push(sample(name, labels, value, le, exemplar));
  }

  /** Label values that differ for them and are the same as text make the same series twice: the first one stays. */
  private admits(identity: string, suffix: string, le: number | undefined, value: number): boolean {
    if (this.family.type === 'histogram') return this.order.admits(identity, suffix, le, value);
    const before = this.seen.size;
    return this.seen.add(suffix === '' ? identity : `${suffix} ${identity}`).size > before;
  }
}

/** Written out: there may be a hundred thousand of them. */
function sample(
  name: string,
  labels: string,
  value: number,
  le: number | undefined,
  exemplar: ForeignExemplar | undefined,
): ForeignSample {
  if (exemplar === undefined) return le === undefined ? { name, labels, value } : { name, labels, le, value };
  return le === undefined ? { name, labels, value, exemplar } : { name, labels, le, value, exemplar };
}

/** prom-client gives numbers, and `+Inf` as text. */
function boundOf(labels: unknown): number {
  const le = isRecord(labels) ? labels['le'] : undefined;
  const bound = le === '+Inf' ? Infinity : typeof le === 'string' && le.trim() !== '' ? Number(le) : le;
  if (typeof bound === 'number' && !Number.isNaN(bound)) return bound;
  throw new TypeError(`Expected the bound of a bucket to be a number, got ${typeof le}.`);
}
