import { type EventEmitter } from 'node:events';
import { type CacheInfo, type CacheOperation } from '../cache-events.js';
import { type AnyMethod } from '../../host/any-method.js';
import { StandIns } from '../../host/stand-ins.js';
import { followResult, type Follower } from '../../host/follow-result.js';
import { type AdapterFailures } from './adapter-failures.js';

/** Which methods of an adapter serve which operation of the Keyv before it. */
const METHODS: Readonly<Record<string, CacheOperation>> = {
  get: 'get',
  getMany: 'get',
  set: 'set',
  setMany: 'set',
  delete: 'delete',
  deleteMany: 'delete',
  clear: 'clear',
};

const adapters = new WeakMap<object, ObservedAdapter>();

/** The observation of an adapter, which all Keyvs before it share. */
export function observedAdapter(adapter: object): ObservedAdapter {
  const known = adapters.get(adapter);
  if (known !== undefined) return known;
  const made = new ObservedAdapter(adapter);
  adapters.set(adapter, made);
  return made;
}

/** Whose store runs right now: a Keyv calls its adapter at once, and others may share the adapter. */
let calling: CacheInfo | undefined;

/** Runs a call of a store, so that its calls of the adapter are known to be its own. */
export function callingAs(info: CacheInfo, call: () => unknown): unknown {
  const outer = calling;
  calling = info;
  try {
    return call();
  } finally {
    calling = outer;
  }
}

/**
 * One adapter and the caches before it, however many there are: one stand-in for each of its methods and one listener to
 * its errors. Put when the first cache comes, put back when the last one has left.
 */
class ObservedAdapter {
  private readonly standIns = new StandIns();
  private readonly failures = new Map<CacheInfo, AdapterFailures>();
  private stopListening: (() => void) | undefined;

  constructor(private readonly adapter: object) {}

  /** From now on the failures of the calls that this cache makes are told to `failures`. */
  add(info: CacheInfo, failures: AdapterFailures): void {
    if (this.failures.size === 0) {
      for (const [method, operation] of Object.entries(METHODS)) {
        this.standIns.put(this.adapter, method, (original) => observedMethod(original, operation, this));
      }
    }
    this.failures.set(info, failures);
    this.stopListening ??= this.listen(this.adapter);
  }

  remove(info: CacheInfo): void {
    if (!this.failures.delete(info) || this.failures.size > 0) return;
    this.standIns.putBack();
    this.stopListening?.();
    this.stopListening = undefined;
  }

  /** Those whom a call that begins now may belong to: of a call that nobody is known to make, all. */
  get callers(): readonly AdapterFailures[] {
    if (calling === undefined) return [...this.failures.values()];
    const caller = this.failures.get(calling);
    return caller === undefined ? [] : [caller];
  }

  private listen(adapter: Partial<EventEmitter>): (() => void) | undefined {
    // Keyv listens to it already, so ours does not keep an error from being fatal.
    if (
      typeof adapter.on !== 'function' ||
      (adapter.listenerCount?.('error') ?? adapter.listeners?.('error').length ?? 0) === 0
    )
      return undefined;
    const onError = () => {
      for (const failures of this.failures.values()) failures.heard();
    };
    adapter.on('error', onError);
    return () => void adapter.off?.('error', onError);
  }
}

export type { ObservedAdapter };

function observedMethod(original: AnyMethod, operation: CacheOperation, adapter: ObservedAdapter): AnyMethod {
  return function (...args) {
    const { callers } = adapter;
    if (callers.length === 0) return original.apply(this, args);
    const keys = Array.isArray(args[0]) ? args[0].length : 1;
    for (const failures of callers) failures.began();
    return followResult(original, this, args, new AdapterCall(callers, operation, keys));
  };
}

/** A call of the adapter that is under way. */
class AdapterCall implements Follower {
  constructor(
    private readonly callers: readonly AdapterFailures[],
    private readonly operation: CacheOperation,
    private readonly keys: number,
  ) {}

  succeeded(result: unknown): void {
    for (const failures of this.callers) failures.ended(this.operation, this.keys, result);
  }

  failed(): void {
    for (const failures of this.callers) failures.threw(this.operation, this.keys);
  }
}
