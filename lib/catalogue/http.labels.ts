import { type HttpRequest } from '../observe/events.js';
import { type LabelDefinitions, oneOf } from '../metrics/definition.js';

/** A label of the application's own on the metrics of ended requests. */
export interface HttpLabel {
  /** Every value that it may have, beside `_OTHER`. */
  readonly values: readonly string[];

  /**
   * The value for a request; anything that is not in `values` is `_OTHER`. Called once, when the request has ended, so
   * that what guards and middleware put on the request is there. It has to be fast, and synchronous.
   *
   * @param request Express's request, or Fastify's; Node's own where Fastify answered without a handler
   * @errors one that throws yields `_OTHER` and counts in `nestjs_metrics_errors_total{part="labels"}`
   */
  from(request: HttpRequest): string | null | undefined;
}

export type HttpLabels = Readonly<Record<string, HttpLabel>>;

/** The value of whatever is not in a declared set. */
export const OTHER_VALUE = '_OTHER';

/**
 * Up to so many combinations of values every known route stands at zero for each of them. With more, the zeros of an
 * ordinary application would be tens of thousands of lines on each scrape.
 */
const COMBINATIONS_AT_ZERO = 20;

interface DeclaredLabel {
  readonly name: string;
  readonly values: readonly string[];
  readonly positions: ReadonlyMap<unknown, number>;
  readonly label: HttpLabel;
}

/**
 * The declared labels as one number: each combination of their values has an index, so that a request finds its handles
 * with one map lookup for each label and no text is put together.
 */
export class HttpLabelSets {
  private readonly declared: readonly DeclaredLabel[];
  /** How many combinations there are. */
  private readonly size: number;

  constructor(
    labels: HttpLabels,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.declared = Object.entries(labels).map(([name, label]) => declare(name, label));
    this.size = combinationsOf(labels);
  }

  /** What they add to the definition of a metric. */
  get labels(): LabelDefinitions {
    return Object.fromEntries(this.declared.map(({ name, values }) => [name, oneOf(...values)]));
  }

  /** The combinations that stand at zero from boot: all while they are few, else `_OTHER` alone. */
  get atBoot(): readonly Readonly<Record<string, string>>[] {
    const from = this.size > COMBINATIONS_AT_ZERO ? this.size - 1 : 0;
    return Array.from({ length: this.size - from }, (_, i) => this.at(from + i));
  }

  /** The index of the combination that a request has. */
  indexOf(request: HttpRequest): number {
    let index = 0;
    for (const { values, positions, label } of this.declared) {
      index = index * values.length + (positions.get(this.valueOf(label, request)) ?? values.length - 1);
    }
    return index;
  }

  /** The values of a combination, by name. */
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
          'Expected a label of `http.labels` to have its value at once, got a promise: decide it before.',
        );
      }
      return value;
    } catch (error) {
      this.onFault(error);
      return OTHER_VALUE;
    }
  }
}

/** How many combinations of values there are, `_OTHER` of each label among them. */
export function combinationsOf(labels: HttpLabels): number {
  return Object.values(labels).reduce((product, { values }) => product * (values.length + 1), 1);
}

/** `_OTHER` comes last, and so the last combination of all is that of `_OTHER` alone. */
function declare(name: string, label: HttpLabel): DeclaredLabel {
  const values = [...label.values, OTHER_VALUE];
  return { name, values, label, positions: new Map(values.map((value, position) => [value, position])) };
}

/** What is not TypeScript may well give one, whose rejection nobody would handle. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
