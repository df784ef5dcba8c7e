import { type EventEmitter } from 'node:events';
import { type CacheOperation } from '../cache-events.js';
import { type Method, type StandIns } from '../stand-ins.js';
import { watch } from '../watch.js';

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

/**
 * The failures of an adapter that the Keyv before it keeps to itself: it reports a failed `get` as a miss. An adapter
 * either throws, or it emits `error` and returns as if there were nothing; then the event belongs to the call that
 * ends next, in the same turn of the event loop. Failures are kept by operation until the Keyv's call asks for them.
 */
export class AdapterFailures {
  private readonly failed: Record<CacheOperation, number> = { get: 0, set: 0, delete: 0, clear: 0 };
  private underWay = 0;
  private told = 0;

  constructor(
    adapter: object,
    put: StandIns,
    /** Whether a call of the adapter that begins now is not another Keyv's that shares it. */
    readonly isOurs: () => boolean,
  ) {
    for (const [method, operation] of Object.entries(METHODS)) {
      put.put(adapter, method, (original) => observedAdapter(original, operation, this));
    }
    this.listen(adapter);
  }

  /** Undoes what was put onto the emitter; the stand-ins are put back by whoever has them. */
  stop = (): void => undefined;

  /** At most so many failures of the operation that nobody has asked for yet. */
  take(operation: CacheOperation, atMost: number): number {
    const taken = Math.max(0, Math.min(this.failed[operation], atMost));
    this.failed[operation] -= taken;
    return taken;
  }

  /** Nobody will ask for what is left: the application has called the adapter itself. */
  forget(): void {
    for (const operation of Object.keys(this.failed) as CacheOperation[]) this.failed[operation] = 0;
  }

  began(): void {
    this.underWay += 1;
  }

  ended(operation: CacheOperation, keys: number, result: unknown): void {
    this.underWay -= 1;
    const missing = missingIn(result, keys);
    if (this.told === 0 || missing === 0) return;
    this.told -= 1;
    this.failed[operation] += missing;
  }

  /** One that throws may have told its error as well. */
  threw(operation: CacheOperation, keys: number): void {
    this.underWay -= 1;
    this.told = Math.max(0, this.told - 1);
    this.failed[operation] += keys;
  }

  private listen(adapter: Partial<EventEmitter>): void {
    // Keyv listens to it already, so ours does not keep an error from being fatal.
    if (
      typeof adapter.on !== 'function' ||
      (adapter.listenerCount?.('error') ?? adapter.listeners?.('error').length ?? 0) === 0
    )
      return;
    const onError = () => this.heard();
    adapter.on('error', onError);
    this.stop = () => void adapter.off?.('error', onError);
  }

  private heard(): void {
    if (this.underWay === 0) return;
    if (this.told === 0) setImmediate(() => (this.told = 0));
    this.told += 1;
  }
}

function observedAdapter(original: Method, operation: CacheOperation, failures: AdapterFailures): Method {
  return function (...args) {
    if (!failures.isOurs()) return original.apply(this, args);
    const keys = Array.isArray(args[0]) ? args[0].length : 1;
    failures.began();
    return watch(
      original,
      this,
      args,
      (result) => failures.ended(operation, keys, result),
      () => failures.threw(operation, keys),
    );
  };
}

/** How many entries of a result are not there, or were not written: all of what an adapter that failed gives. */
function missingIn(result: unknown, keys: number): number {
  if (Array.isArray(result)) return result.filter((one) => one === undefined || one === null || one === false).length;
  return result === undefined || result === null || result === false ? keys : 0;
}
