// oxlint-disable-next-line typescript/no-explicit-any -- a stand-in takes the place of any method
export type Method = (this: any, ...args: unknown[]) => unknown;

interface StandIn {
  readonly owner: object;
  readonly name: string;
  /** The owner's own property before; undefined when it inherited the method. */
  readonly before: PropertyDescriptor | undefined;
  readonly ours: Method;
}

/**
 * Methods that stand in for those of others, on classes and on single objects, and the way back. Putting one twice in
 * the same place changes nothing.
 */
export class StandIns {
  private readonly all: StandIn[] = [];

  /** Puts `make(original)` in the place of `owner[name]`, if there is such a method. */
  put(owner: object, name: string, make: (original: Method) => Method): void {
    const original = (owner as Readonly<Record<string, unknown>>)[name];
    if (typeof original !== 'function' || this.all.some((one) => one.owner === owner && one.name === name)) return;
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const ours = make(original as Method);
    Object.defineProperty(ours, 'name', { value: original.name, configurable: true });
    Object.defineProperty(ours, 'length', { value: original.length, configurable: true });
    const shape = before ?? { configurable: true, writable: true, enumerable: false };
    Object.defineProperty(owner, name, { ...shape, value: ours });
    this.all.push({ owner, name, before, ours });
  }

  /** Whoever has put a method of theirs over ours keeps it, and with it ours, which then only passes on. */
  putBack(): void {
    for (const { owner, name, before, ours } of this.all.splice(0).toReversed()) {
      if (Object.getOwnPropertyDescriptor(owner, name)?.value !== ours) continue;
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    }
  }
}
