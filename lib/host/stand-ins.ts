import { type AnyMethod } from './any-method.js';

interface StandIn {
  readonly owner: object;
  readonly name: string;
  /** The owner's own property before; undefined when it inherited the method. */
  readonly before: PropertyDescriptor | undefined;
  readonly ours: AnyMethod;
  /** It is not ours any more, though somebody may still call it. */
  readonly retire: () => void;
}

/**
 * Methods that stand in for those of others, on classes and on single objects, and the way back. Putting one twice in
 * the same place changes nothing.
 */
export class StandIns {
  private all: StandIn[] = [];

  /** Puts `make(original)` in the place of `owner[name]`, if there is such a method. */
  put(owner: object, name: string, make: (original: AnyMethod) => AnyMethod): void {
    const original = (owner as Readonly<Record<string, unknown>>)[name];
    const known = this.all.find((one) => one.owner === owner && one.name === name);
    if (typeof original !== 'function' || original === known?.ours) return;
    // Somebody has taken ours away, or put theirs over it: ours goes on top anew, and the old one only passes on.
    known?.retire();
    this.all = [...this.all.filter((one) => one !== known), replace(owner, name, original as AnyMethod, make)];
  }

  /** Whoever has put a method of theirs over ours keeps it, and with it ours, which then only passes on. */
  putBack(): void {
    for (const { owner, name, before, ours, retire } of this.all.splice(0).toReversed()) {
      retire();
      retired.set(ours, { before });
      if (Object.getOwnPropertyDescriptor(owner, name)?.value === ours) restore(owner, name, before);
    }
  }
}

/** Stand-ins that have been put back, with what was beneath them: others of ours may still stand over them. */
const retired = new WeakMap<object, { readonly before: PropertyDescriptor | undefined }>();

function restore(owner: object, name: string, before: PropertyDescriptor | undefined): void {
  let beneath = before;
  for (;;) {
    const method: unknown = beneath?.value;
    const gone = typeof method === 'function' ? retired.get(method) : undefined;
    if (gone === undefined) break;
    beneath = gone.before;
  }
  if (beneath === undefined) Reflect.deleteProperty(owner, name);
  else Object.defineProperty(owner, name, beneath);
}

function replace(owner: object, name: string, original: AnyMethod, make: (original: AnyMethod) => AnyMethod): StandIn {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  let standIn = make(original);
  // The arguments as they are: V8 passes them on without making a list of them, and this runs for every statement.
  const ours: AnyMethod = function () {
    // oxlint-disable-next-line prefer-rest-params
    return standIn.apply(this, arguments as unknown as unknown[]);
  };
  Object.defineProperty(ours, 'name', { value: original.name, configurable: true });
  Object.defineProperty(ours, 'length', { value: original.length, configurable: true });
  const shape = before ?? { configurable: true, writable: true, enumerable: false };
  Object.defineProperty(owner, name, { ...shape, value: ours });
  return { owner, name, before, ours, retire: () => void (standIn = original) };
}
