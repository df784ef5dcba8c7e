/** What is known of a member once it has been collected. */
interface Remainder<T extends object, R> {
  readonly reference: WeakRef<T>;
  readonly remains: R;
}

/** Objects that may be collected although they are listed here. */
export class WeakMembers<T extends object, R> {
  private readonly references = new Set<WeakRef<T>>();
  private readonly byMember = new WeakMap<T, WeakRef<T>>();
  private readonly registry: FinalizationRegistry<Remainder<T, R>>;

  /** @param collected called with what remains of a member that has been collected */
  constructor(collected: (remains: R) => void) {
    this.registry = new FinalizationRegistry(({ reference, remains }) => {
      if (this.references.delete(reference)) collected(remains);
    });
  }

  get all(): readonly T[] {
    return [...this.references].map((reference) => reference.deref()).filter((member) => member !== undefined);
  }

  has(member: T): boolean {
    return this.byMember.has(member);
  }

  /** @param remains what is to be known of it once it has been collected; it must not lead to the member */
  add(member: T, remains: R): void {
    const reference = new WeakRef(member);
    this.references.add(reference);
    this.byMember.set(member, reference);
    this.registry.register(member, { reference, remains }, member);
  }

  delete(member: T): void {
    const reference = this.byMember.get(member);
    if (reference === undefined) return;
    this.references.delete(reference);
    this.byMember.delete(member);
    this.registry.unregister(member);
  }

  clear(): void {
    for (const member of this.all) this.delete(member);
    // Members that were collected, and of which nothing has been said yet.
    this.references.clear();
  }
}
