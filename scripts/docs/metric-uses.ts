import { selectorsIn } from '../../lib/promql/selectors-in.js';
import { type OperatorQuery } from './operator-queries.js';

const HISTOGRAM_SUFFIX = /_(?:bucket|count|sum)$/;

/** Which queries read each metric, directly or through recording rules. */
export class MetricUses {
  readonly #readers = new Map<string, Set<OperatorQuery>>();
  readonly #names = new Map<OperatorQuery, readonly string[]>();

  constructor(queries: readonly OperatorQuery[]) {
    for (const query of queries) {
      const names = [...new Set(selectorsIn(query.expression).map(({ name }) => name))];
      for (const name of names) this.#readers.set(name, (this.#readers.get(name) ?? new Set()).add(query));
      this.#names.set(query, names);
    }
  }

  /** In the order of the queries. Series of a histogram are those of its name. */
  of(metric: string): readonly OperatorQuery[] {
    const found = new Set<OperatorQuery>();
    const follow = (name: string): void => {
      for (const query of this.#readersOf(name)) {
        if (found.has(query)) continue;
        found.add(query);
        if (query.kind === 'record') follow(query.title);
      }
    };
    follow(metric);
    return [...this.#names.keys()].filter((query) => found.has(query));
  }

  #readersOf(name: string): readonly OperatorQuery[] {
    return [...this.#readers].flatMap(([read, queries]) =>
      read === name || read.replace(HISTOGRAM_SUFFIX, '') === name ? [...queries] : [],
    );
  }
}
