import { labelPair, labelText, labelValue } from '../../../metrics/label-text.js';
import { isRecord } from '../foreign-registry.js';

/** The labels of a sample without the bound of its bucket. */
export interface ForeignLabels {
  /** As it stands between the braces. */
  readonly text: string;
  /** The same for equal label sets: sorted, and without empty values, which Prometheus takes for absent ones. */
  readonly identity: string;
}

/**
 * Turns label objects of others into label text. Their values may be anything: an array that holds quotes and line
 * feeds forges lines in prom-client's own output.
 */
export class ForeignLabelReader {
  /** Keyed by the object that the buckets of one histogram share. */
  private readonly shared = new WeakMap<object, ForeignLabels>();

  constructor(private readonly defaults: Readonly<Record<string, unknown>>) {}

  /** @errors throws when the labels are no labels */
  read(own: unknown, shared: unknown, withoutBound: boolean): ForeignLabels {
    if (!isRecord(shared)) return this.convert(own, {}, withoutBound);
    // All that is not shared is the bound, in every histogram of theirs.
    if (!withoutBound || hasMoreThanBound(own)) return this.convert(own, shared, withoutBound);
    const known = this.shared.get(shared);
    if (known !== undefined) return known;
    const made = this.convert(undefined, shared, withoutBound);
    this.shared.set(shared, made);
    return made;
  }

  /** As prom-client merges them: the labels of the sample win over the registry's. */
  private convert(own: unknown, shared: object, withoutBound: boolean): ForeignLabels {
    const merged = Object.entries({ ...this.defaults, ...recordOf(own), ...shared });
    const labels = withoutBound ? merged.filter(([name]) => name !== 'le') : merged;
    const pairs = labels.map(([name, value]) => pairOf(name, value));
    return { text: labelText(pairs), identity: identityOf(pairs) };
  }
}

/** The labels of an exemplar, which no default labels are added to. */
export function exemplarLabels(labels: unknown): string {
  return labelText(Object.entries(recordOf(labels)).map(([name, value]) => pairOf(name, value)));
}

function identityOf(pairs: readonly string[]): string {
  return pairs
    .filter((pair) => !pair.endsWith('=""'))
    .toSorted()
    .join(',');
}

function pairOf(name: string, value: unknown): string {
  if (!isLabelName(name)) {
    throw new TypeError(`Expected label names of letters, digits and _, got ${JSON.stringify(name.slice(0, 50))}.`);
  }
  return labelPair(name, name === 'quantile' ? quantileText(value) : labelValue(value));
}

/** `__name__` would be a second name of the metric. */
export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && name !== '__name__';
}

/** OpenMetrics asks for the canonical form, with `.0`; Prometheus 3 stores that form whatever the format. */
function quantileText(value: unknown): string {
  const text = labelValue(value);
  return /^[01]$/.test(text) ? `${text}.0` : text;
}

function hasMoreThanBound(own: unknown): boolean {
  for (const name in recordOf(own)) if (name !== 'le') return true;
  return false;
}

function recordOf(labels: unknown): object {
  if (labels === undefined || labels === null) return {};
  if (typeof labels === 'object') return labels;
  throw new TypeError(`Expected labels to be an object, got ${typeof labels}.`);
}
