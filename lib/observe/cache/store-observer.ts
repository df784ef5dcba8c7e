import { type CacheCall, type CacheInfo, type CacheOperation } from '../cache-events.js';
import { type AnyMethod } from '../../host/any-method.js';
import { StandIns } from '../../host/stand-ins.js';
import { followResult, type Follower } from '../../host/follow-result.js';
import { type Sink } from '../sink.js';
import { AdapterFailures } from './adapter-failures.js';
import { adapterOf, type StoreLike } from './cache-types.js';
import { callingAs, type ObservedAdapter, observedAdapter } from './observed-adapter.js';

/** Which methods of a Keyv are which operation; the last of each pair take several keys. */
const OPERATIONS: Readonly<Record<string, CacheOperation>> = {
  get: 'get',
  getMany: 'get',
  getRaw: 'get',
  getManyRaw: 'get',
  set: 'set',
  setMany: 'set',
  delete: 'delete',
  deleteMany: 'delete',
  clear: 'clear',
};

/** On a store that is observed: two caches may share one, and one counts. */
const OBSERVED = Symbol.for('nestjs-prometheus-exporter.cache');

export function isObserved(store: StoreLike): boolean {
  return OBSERVED in store;
}

/**
 * Observes one store of a cache, by standing in for its methods: cache-manager's own events tell neither misses nor
 * `wrap`, and Keyv's counters count a failure as a miss and several keys as one.
 */
export class StoreObserver {
  private readonly standIns = new StandIns();
  /** Undefined where a failure looks like a miss. */
  readonly adapter: ObservedAdapter | undefined;
  private readonly failures = new AdapterFailures();
  /** Keys that are being looked up: a Keyv deletes one that turns out to have expired. */
  private readonly lookedUp = new Map<unknown, number>();
  private underWay = 0;
  /** True while a method of the store runs that may call another: that is the same call. */
  private isInside = false;
  /** How the adapter is told of a key: a Keyv deletes an expired entry by either name. */
  private readonly prefix: string;

  constructor(
    private readonly store: StoreLike,
    readonly info: CacheInfo,
    private readonly sink: Sink,
  ) {
    this.prefix = typeof store.namespace === 'string' ? `${store.namespace}:` : '';
    Object.defineProperty(store, OBSERVED, { value: true, configurable: true });
    for (const [method, operation] of Object.entries(OPERATIONS)) {
      this.standIns.put(store, method, (original) => observedStore(original, operation, this));
    }
    const adapter = adapterOf(store);
    // A Map cannot fail.
    const canFail = adapter !== store && !(adapter instanceof Map);
    this.adapter = canFail ? this.observe(adapter) : undefined;
    sink.listeners.cacheFound(info);
  }

  /** Without it a failure is a miss, as Keyv says; the rest is observed all the same. */
  private observe(adapter: object): ObservedAdapter | undefined {
    try {
      const observed = observedAdapter(adapter);
      observed.add(this.info, this.failures);
      return observed;
    } catch (error) {
      this.sink.boundary.report('cache', error);
      return undefined;
    }
  }

  stop(): void {
    this.adapter?.remove(this.info);
    this.standIns.putBack();
    Reflect.deleteProperty(this.store, OBSERVED);
  }

  /** Calls a method that may call others of the store. */
  inside(call: () => unknown): unknown {
    this.isInside = true;
    try {
      return callingAs(this.info, call);
    } finally {
      this.isInside = false;
    }
  }

  /** Not a call of the application: one method within another, or what a Keyv does about an expired entry. */
  isOwn(operation: CacheOperation, subject: unknown): boolean {
    if (this.isInside) return true;
    if (operation !== 'delete' || this.lookedUp.size === 0) return false;
    return keysIn(subject).every((key) => this.lookedUp.has(key));
  }

  /** @param operation what the application calls, with a key, several keys or entries as its `subject` */
  began(operation: CacheOperation, subject: unknown): void {
    // Another store may have the same adapter: what failed for that one is not ours.
    if (this.underWay === 0) this.failures.forget();
    this.underWay += 1;
    if (operation !== 'get') return;
    for (const key of this.namesOf(subject)) this.lookedUp.set(key, (this.lookedUp.get(key) ?? 0) + 1);
  }

  /** @param outcome undefined where the call threw */
  ended({ operation, subject, startedAt }: StoreCall, outcome: { readonly result: unknown } | undefined): void {
    try {
      this.underWay -= 1;
      const keys = operation === 'clear' ? 1 : keysIn(subject).length;
      if (operation === 'get') this.forgetKeys(subject);
      const hits = operation === 'get' && outcome !== undefined ? Math.min(keys, hitsIn(subject, outcome.result)) : 0;
      const swallowed = this.failures.take(operation, keys - hits);
      const failures = outcome === undefined ? keys : swallowed;
      const durationSeconds = (performance.now() - startedAt) / 1000;
      const call: CacheCall = { cache: this.info, operation, keys, hits, failures, durationSeconds };
      this.sink.listeners.cacheCalled(call);
      if (this.underWay === 0) this.failures.forget();
    } catch (error) {
      this.sink.boundary.report('cache', error);
    }
  }

  private namesOf(subject: unknown): readonly unknown[] {
    const keys = keysIn(subject);
    return this.prefix === '' ? keys : keys.flatMap((key) => [key, `${this.prefix}${String(key)}`]);
  }

  private forgetKeys(subject: unknown): void {
    for (const key of this.namesOf(subject)) {
      const others = (this.lookedUp.get(key) ?? 1) - 1;
      if (others === 0) this.lookedUp.delete(key);
      else this.lookedUp.set(key, others);
    }
  }
}

function observedStore(original: AnyMethod, operation: CacheOperation, observer: StoreObserver): AnyMethod {
  return function (...args) {
    const [subject] = args;
    if (observer.isOwn(operation, subject)) return original.apply(this, args);
    const call = new StoreCall(observer, operation, subject);
    observer.began(operation, subject);
    return followResult((...given) => observer.inside(() => original.apply(this, given)), this, args, call);
  };
}

/** A call of the application that is under way. */
class StoreCall implements Follower {
  readonly startedAt = performance.now();

  constructor(
    private readonly observer: StoreObserver,
    readonly operation: CacheOperation,
    readonly subject: unknown,
  ) {}

  succeeded(result: unknown): void {
    this.observer.ended(this, { result });
  }

  failed(): void {
    this.observer.ended(this, undefined);
  }
}

/** A key, several keys, or the entries of `setMany`. */
function keysIn(subject: unknown): readonly unknown[] {
  return Array.isArray(subject) ? subject : [subject];
}

/** Only `undefined` is a miss: 0, false, null and '' were stored by somebody. */
function hitsIn(subject: unknown, result: unknown): number {
  if (!Array.isArray(subject)) return result === undefined ? 0 : 1;
  return Array.isArray(result) ? result.filter((one) => one !== undefined).length : 0;
}
