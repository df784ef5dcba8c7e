import { type AnyMethod } from './any-method.js';

interface StandIn {
  readonly owner: object;
  readonly name: string;
  /** The owner's own property before; undefined when it inherited the method. */
  readonly before: PropertyDescriptor | undefined;
  readonly ours: AnyMethod;
  /** From then on it only calls the original: somebody may have kept it and still call it. */
  readonly passOn: () => void;
}

/**
 * Puts methods in the place of those of others, on classes and on single objects, and puts the originals back. Putting
 * one twice in the same place changes nothing.
 */
export class StandIns {
  private all: StandIn[] = [];

  /** Puts `make(original)` in the place of `owner[name]`, if there is such a method. */
  put(owner: object, name: string, make: (original: AnyMethod) => AnyMethod): void {
    const original = (owner as Readonly<Record<string, unknown>>)[name];
    const known = this.all.find((one) => one.owner === owner && one.name === name);
    if (typeof original !== 'function' || original === known?.ours) return;
    // Somebody has taken ours away, or put theirs over it: a new one goes on top, and the old one only passes on.
    if (known !== undefined) retire(known);
    this.all = [...this.all.filter((one) => one !== known), replace(owner, name, original as AnyMethod, make)];
  }

  /** A method that somebody else has put over ours stays, and with it ours, which then only passes on. */
  putBack(): void {
    for (const one of this.all.splice(0).toReversed()) {
      retire(one);
      uncover(one.owner, one.name);
    }
  }
}

/** Stand-ins that only pass on, with the property that they replaced. */
const retired = new WeakMap<object, { readonly before: PropertyDescriptor | undefined }>();

function retire({ ours, before, passOn }: StandIn): void {
  passOn();
  retired.set(ours, { before });
}

/** Removes the stand-ins that only pass on, as far as no method of somebody else is over them. */
function uncover(owner: object, name: string): void {
  const top = Object.getOwnPropertyDescriptor(owner, name);
  let first = top;
  for (let gone = retiredAt(first); gone !== undefined; gone = retiredAt(first)) first = gone.before;
  if (first === top) return;
  if (first === undefined) Reflect.deleteProperty(owner, name);
  else Object.defineProperty(owner, name, first);
}

function retiredAt(
  property: PropertyDescriptor | undefined,
): { readonly before: PropertyDescriptor | undefined } | undefined {
  const method: unknown = property?.value;
  return typeof method === 'function' ? retired.get(method) : undefined;
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
  return { owner, name, before, ours, passOn: () => void (standIn = original) };
}
