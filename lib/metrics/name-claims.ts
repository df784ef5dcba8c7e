import { type MetricDefinition, namesOf } from './definition.js';

/** Which metric has which names: two metrics that share one cannot be told apart in one of the formats. */
export class NameClaims {
  /** By each name that a metric takes up, the metric. */
  private readonly owners = new Map<string, string>();

  /**
   * Gives a metric all names that it takes up.
   *
   * @errors throws when another definition has the name already, or one of the names of its samples, as the gauge
   *   `x_count` has one of the histogram `x`
   */
  claim(definition: MetricDefinition): void {
    if (this.owners.get(definition.name) === definition.name) {
      throw new TypeError(
        `Expected one definition of ${definition.name}, got a second one (${definition.type}): rename one of the two.`,
      );
    }
    const names = namesOf(definition);
    const taken = names.find((name) => this.owners.has(name));
    if (taken !== undefined) {
      throw new TypeError(
        `Expected the names that ${definition.name} takes up to be free, got ${taken}, which belongs to ${this.owners.get(taken)}: rename one of the two.`,
      );
    }
    for (const name of names) this.owners.set(name, definition.name);
  }
}
