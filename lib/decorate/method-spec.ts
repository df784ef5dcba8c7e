import {
  type LabelDefinitions,
  type LabelValues,
  type CounterDefinition,
  type HistogramDefinition,
} from '../metrics/definition.js';

/** How a call ended. */
export type Outcome = 'success' | 'error';

/** The labels that a decorated method fills in by itself, where its metric has them. */
export type MethodLabel = 'class' | 'method' | 'outcome';

/** The labels of a metric that the decorator has to be given, with their values. */
export type FixedLabels<L extends LabelDefinitions> =
  Exclude<keyof L, MethodLabel> extends never ? [] : [labels: Pick<LabelValues<L>, Exclude<keyof L, MethodLabel>>];

/** One decorator on one method: what it feeds. One object for each, so that it can be a key. */
export interface MethodSpec {
  readonly definition: CounterDefinition | HistogramDefinition;
  readonly fixed: Readonly<Record<string, string>>;
  /** The prototype that declares the method. */
  readonly target: object;
  readonly key: string | symbol;
}

/**
 * The decorator's work: the metric of a definition, fed by the calls of a method.
 *
 * @errors throws a `TypeError` where the labels of the metric can never be filled in
 */
export function methodSpec(
  definition: MethodSpec['definition'],
  fixed: MethodSpec['fixed'] | undefined,
  target: object,
  key: string | symbol,
): MethodSpec {
  const missing = Object.keys(definition.labels).filter((name) => !Object.hasOwn({ ...OWN, ...fixed }, name));
  if (missing.length > 0) {
    throw new TypeError(
      `Expected the labels of ${definition.name} on ${String(key)}() to be class, method, outcome or given, got ${missing.join(', ')}: give a value to the decorator.`,
    );
  }
  return { definition, fixed: fixed ?? {}, target, key };
}

const OWN: Readonly<Record<MethodLabel, true>> = { class: true, method: true, outcome: true };
