import { type HttpRequest } from '../observe/events.js';
import { type LabelDefinitions, oneOf } from '../metrics/definition.js';

/** A label that the application adds to the metrics of ended requests. */
export interface HttpLabel {
  /** Every value that the label can have, besides `_OTHER`. */
  readonly values: readonly string[];

  /**
   * The value for a request; anything that is not in `values` becomes `_OTHER`. Called once, when the request has
   * ended, so that it sees what guards and middleware put on the request. It must be fast and synchronous.
   *
   * @param request Express's or Fastify's request; Node's own if Fastify answered without a handler
   * @errors if it throws, the value is `_OTHER` and `nestjs_metrics_errors_total{part="labels"}` is incremented
   */
  from(request: HttpRequest): string | null | undefined;
}

export type HttpLabels = Readonly<Record<string, HttpLabel>>;

/** The value for anything outside a declared set. */
export const OTHER_VALUE = '_OTHER';

/**
 * Up to this many combinations of values, each known route starts at zero for every combination. With more, the zeros
 * of an ordinary application would be tens of thousands of lines on each scrape.
 */
const COMBINATIONS_AT_ZERO = 20;

interface DeclaredLabel {
  readonly name: string;
  readonly values: readonly string[];
  readonly positions: ReadonlyMap<unknown, number>;
  readonly label: HttpLabel;
}

/**
 * The declared labels as one number: each combination of their values has an index. A request finds its handles with
 * one map lookup per label, and no string is built.
 */
export class HttpLabelSets {
  private readonly declared: readonly DeclaredLabel[];
  /** The number of combinations. */
  private readonly size: number;

  constructor(
    labels: HttpLabels,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.declared = Object.entries(labels).map(([name, label]) => declare(name, label));
    this.size = combinationsOf(labels);
  }

  /** The labels to add to the definition of a metric. */
  get labels(): LabelDefinitions {
    return Object.fromEntries(this.declared.map(({ name, values }) => [name, oneOf(...values)]));
  }

  /**
   * The combinations that start at zero at boot: all if they are few, otherwise only the one in which every label is
   * `_OTHER`.
   */
  get atBoot(): readonly Readonly<Record<string, string>>[] {
    const from = this.size > COMBINATIONS_AT_ZERO ? this.size - 1 : 0;
    return Array.from({ length: this.size - from }, (_, i) => this.at(from + i));
  }

  /** The index of a request's combination. */
  indexOf(request: HttpRequest): number {
    let index = 0;
    for (const { values, positions, label } of this.declared) {
      index = index * values.length + (positions.get(this.valueOf(label, request)) ?? values.length - 1);
    }
    return index;
  }

  /** The values of a combination, by label name. */
  at(index: number): Readonly<Record<string, string>> {
    let rest = index;
    const values = this.declared.toReversed().map(({ name, values: all }) => {
      const value = all[rest % all.length];
      rest = Math.trunc(rest / all.length);
      return [name, value] as const;
    });
    return Object.fromEntries(values.toReversed()) as Record<string, string>;
  }

  private valueOf(label: HttpLabel, request: HttpRequest): unknown {
    try {
      const value: unknown = label.from(request);
      if (isThenable(value)) {
        value.then(undefined, this.onFault);
        throw new TypeError(
          'Expected the function of a label in `http.labels` to return a value, got a promise: make it synchronous.',
        );
      }
      return value;
    } catch (error) {
      this.onFault(error);
      return OTHER_VALUE;
    }
  }
}

/** The number of combinations of values, with `_OTHER` as one value of each label. */
export function combinationsOf(labels: HttpLabels): number {
  return Object.values(labels).reduce((product, { values }) => product * (values.length + 1), 1);
}

/** `_OTHER` is the last value of each label, so the last combination consists of `_OTHER` only. */
function declare(name: string, label: HttpLabel): DeclaredLabel {
  const values = [...label.values, OTHER_VALUE];
  return { name, values, label, positions: new Map(values.map((value, position) => [value, position])) };
}

/** JavaScript callers may return a promise. Its rejection would be unhandled. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
