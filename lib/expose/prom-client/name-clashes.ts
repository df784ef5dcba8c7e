import { type Family } from '../../metrics/series.js';
import { type ForeignMetric } from './foreign-registry.js';
import { reservedNames } from './reserved-names.js';

/** Names that are left out: ours in their registry, theirs on our endpoint. */
export interface Clashes {
  readonly ours: ReadonlySet<string>;
  readonly theirs: ReadonlySet<string>;
}

/** Finds names that both sides use and says so, once for each. */
export class NameClashes {
  private readonly told = new Set<string>();

  constructor(private readonly warn: (message: string) => void) {}

  between(ours: readonly Family[], theirs: readonly ForeignMetric[]): Clashes {
    const owners = new Map(ours.flatMap((family) => reserved(family).map((name) => [name, family.name])));
    const clashes = { ours: new Set<string>(), theirs: new Set<string>() };
    for (const metric of theirs) {
      const hit = reservedNames(metric).flatMap((name) => owners.get(name) ?? []);
      if (hit.length > 0) clashes.theirs.add(metric.name);
      for (const name of hit) clashes.ours.add(name);
    }
    this.tellOurs(clashes);
    return clashes;
  }

  /** A name in a second registry, of another copy of the package for instance. */
  twice(names: readonly string[]): void {
    const fresh = this.untold(names, 'twice');
    if (fresh.length === 0) return;
    this.warn(
      `prom-client has more than one metric of the name ${fresh.join(', ')}: the first is published, the others were ` +
        `left out. Rename them, or let all use one registry; two copies of the package have two.`,
    );
  }

  private tellOurs({ ours, theirs }: Clashes): void {
    const fresh = this.untold([...theirs], 'ours');
    if (fresh.length === 0) return;
    this.warn(
      `The prom-client registry has metrics whose names are taken by metrics of nestjs-prometheus-exporter: ` +
        `${fresh.join(', ')}. On the metrics endpoint ours stay and theirs were left out; in register.metrics() theirs stay ` +
        `and ours were left out. ${remedy(fresh, [...ours])}`,
    );
  }

  private untold(names: readonly string[], topic: string): readonly string[] {
    const fresh = names.filter((name) => !this.told.has(`${topic} ${name}`));
    for (const name of fresh) this.told.add(`${topic} ${name}`);
    return fresh;
  }
}

function reserved({ name, type }: Family): readonly string[] {
  return reservedNames({ name, type });
}

/** Of default metrics one side has to be turned off; any other metric needs another name. */
function remedy(theirs: readonly string[], ours: readonly string[]): string {
  const rename = 'Rename theirs, or give ours a prefix with the option `namespace`.';
  if (!theirs.some(isRuntime)) return rename;
  const runtime = 'Leave out collectDefaultMetrics(), or turn ours off with `runtimeMetrics: false`.';
  return ours.every(isRuntime) ? runtime : `${runtime} For the others: ${rename}`;
}

function isRuntime(name: string): boolean {
  return /(?:^|_)(?:process|nodejs)_/.test(name);
}
