import { type ModulesContainer } from '@nestjs/core';
import { StandIns } from './stand-ins.js';
import { type Wrapper, wrappersOf } from './wrappers.js';

/**
 * The instances of a class of another package, found by its name, so that the package is not imported. Each is taken
 * before Nest calls its `onModuleInit`. Nest calls that of global modules in the order of their imports, so ours may be
 * later: until then a stand-in is on the prototype of the class.
 */
export class InstancesAtInit {
  private readonly wrappers: readonly Wrapper[];
  private readonly standIns = new StandIns();
  private readonly taken = new WeakSet<object>();

  /** Make it in a constructor, before any `onModuleInit`. `take` must not throw. */
  constructor(
    modules: ModulesContainer,
    className: string,
    private readonly take: (instance: object) => void,
  ) {
    this.wrappers = [...wrappersOf(modules, ['providers'])].filter(
      ({ metatype }) => typeof metatype === 'function' && metatype.name === className,
    );
    // Weak: an application that fails to boot calls no hook, so its stand-in stays.
    const self = new WeakRef(this);
    for (const prototype of new Set(this.wrappers.map(prototypeOf))) {
      this.standIns.put(
        prototype,
        'onModuleInit',
        (original) =>
          function (...args) {
            self.deref()?.offer(this);
            return original.apply(this, args);
          },
      );
    }
  }

  get areAny(): boolean {
    return this.wrappers.length > 0;
  }

  /** Call it in an `onModuleInit`: all instances exist by then. */
  complete(): void {
    this.standIns.putBack();
    for (const { instance } of this.wrappers) this.offer(instance);
  }

  /** It may be an instance of another application. */
  private offer(instance: unknown): void {
    if (typeof instance !== 'object' || instance === null || this.taken.has(instance)) return;
    if (!this.wrappers.some((wrapper) => wrapper.instance === instance)) return;
    this.taken.add(instance);
    this.take(instance);
  }
}

function prototypeOf({ metatype }: Wrapper): object {
  return (metatype as { readonly prototype: object }).prototype;
}
