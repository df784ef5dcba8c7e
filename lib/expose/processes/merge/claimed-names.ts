import { type ForeignFamily } from '../../foreign-family.js';
import { reservedNames } from '../../prom-client/reserved-names.js';

type Named = Pick<ForeignFamily, 'name' | 'type'>;

/** Which family of ours has which names, so that families of several processes can stand in one exposition. */
export class ClaimedNames {
  private readonly owners = new Map<string, string>();
  private readonly told = new Set<string>();

  /** @param report is told of each name that cannot */
  constructor(private readonly report: (problem: string) => void) {}

  /** Gives a family all names that it takes up, if they are free. */
  claim(family: Named): boolean {
    const isFree = this.isFree(family);
    if (isFree) for (const name of reservedNames(family)) this.owners.set(name, family.name);
    return isFree;
  }

  /** Whether no family of ours has one of the names. Families of others may share names among them. */
  isFree(family: Named): boolean {
    const owner = reservedNames(family).flatMap((name) => this.owners.get(name) ?? [])[0];
    if (owner !== undefined) this.leaveOut(family.name, `it takes up a name of ${owner}, which others have`);
    return owner === undefined;
  }

  /** Says once that the metric of some of the processes is missing. */
  leaveOut(name: string, why: string): void {
    if (this.told.has(name)) return;
    this.told.add(name);
    this.report(
      `The metric ${name} of some processes was left out: ${why}. Let all processes run the same release to have it of all.`,
    );
  }
}
