/**
 * The groups that `collect[]` and `exclude[]` name, and the families in each of them. Plain data, so that another thread
 * can be given it at its start.
 */
export interface FamilyGroups {
  /** Every group that a scrape can ask for. A subject that is switched off is an empty group. */
  readonly known: readonly string[];
  /** The group of a family, by its name with the namespace. A family that is missing here is in {@link APPLICATION}. */
  readonly ofFamily: ReadonlyMap<string, string>;
}

/** The group of the application's own metrics, defined with this library or with prom-client. */
export const APPLICATION = 'application';
