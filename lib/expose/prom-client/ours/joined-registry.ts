import { type Family } from '../../../metrics/series.js';
import { FamilyProxy, type ProxyHost } from './family-proxy.js';
import { type ForeignRegistry } from '../foreign-registry.js';
import { giveWay, stopGivingWay } from './give-way.js';
import { isMarked, MARK } from '../mark.js';

/** Our families in one registry of theirs. */
export class JoinedRegistry {
  private readonly proxies = new Map<string, FamilyProxy>();

  constructor(
    private readonly registry: ForeignRegistry,
    private readonly host: ProxyHost,
    private readonly joinedAt: number,
  ) {}

  /**
   * Puts in what is missing: families made since, and all of them after a `clear()`. What stands under one of our names
   * and is not ours stays where it is.
   */
  sync(families: readonly Family[], leftOut: ReadonlySet<string>): void {
    giveWay(this.registry);
    for (const family of families) {
      if (leftOut.has(family.name)) this.remove(family.name);
      else this.put(family);
    }
  }

  /** Takes out what is still ours. */
  leave(): void {
    for (const name of this.proxies.keys()) this.remove(name);
    stopGivingWay(this.registry);
  }

  private put(family: Family): void {
    const { name } = family;
    const proxy = this.proxyOf(family);
    const held = this.registry.getSingleMetric(name);
    if (held === proxy || this.keepsItsPlace(held)) return;
    if (held !== undefined) this.registry.removeSingleMetric(name);
    this.registry.registerMetric(proxy);
  }

  /** The user's own metric, or that of an application that joined after us: it would only take the name back. */
  private keepsItsPlace(held: unknown): boolean {
    if (isMarked(held)) return held[MARK].joinedAt > this.joinedAt;
    return held !== undefined;
  }

  private remove(name: string): void {
    const proxy = this.proxies.get(name);
    if (proxy !== undefined && this.registry.getSingleMetric(name) === proxy) this.registry.removeSingleMetric(name);
  }

  private proxyOf(family: Family): FamilyProxy {
    const known = this.proxies.get(family.name);
    if (known !== undefined) return known;
    const made = new FamilyProxy(family, this.registry, this.host, this.joinedAt);
    this.proxies.set(family.name, made);
    return made;
  }
}
