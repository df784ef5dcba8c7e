import { type ForeignFamily } from '../foreign-family.js';

/** The types whose numbers stay when their process has ended. A gauge says what is, and so ends with its process. */
const COUNTED: readonly ForeignFamily['type'][] = ['counter', 'histogram', 'summary'];

/**
 * What the metrics of others have counted, as of the last scrape that asked for them. Between scrapes only the
 * application's thread knows: what was counted there since is lost when the process is killed.
 */
export class KnownForeign {
  private readonly families = new Map<string, ForeignFamily>();

  /** A family that is missing could not be read this time: it is kept. */
  update(families: readonly ForeignFamily[]): void {
    for (const family of families) if (COUNTED.includes(family.type)) this.families.set(family.name, family);
  }

  /** The families that were read, and those that could not be read this time with what they had counted. */
  completed(families: readonly ForeignFamily[]): readonly ForeignFamily[] {
    const read = new Set(families.map(({ name }) => name));
    return [...families, ...this.counted.filter(({ name }) => !read.has(name))];
  }

  get counted(): readonly ForeignFamily[] {
    return [...this.families.values()];
  }
}
