import { type DataSourceObserver } from '../data-sources/data-source-observer.js';
import { observerOfDriver } from './observed.js';
import { type Method, type StandIns } from '../../stand-ins.js';
import { type DriverLike } from '../typeorm-types.js';
import { followResult } from '../../follow-result.js';

/** On this one they give out the whole pool: there is nothing to wait for. */
const GIVES_OUT_POOLS = 'mssql';

/** Puts our stand-ins into a class of drivers, as `hookQueryRunner` does for query runners. */
export function hookDriver(prototype: object, standIns: StandIns): void {
  standIns.put(prototype, 'connect', (original) => observedConnect(prototype, original));
  standIns.put(prototype, 'disconnect', (original) => observedDisconnect(prototype, original));
  standIns.put(prototype, 'obtainMasterConnection', (original) => observedAcquire(prototype, original));
  standIns.put(prototype, 'obtainSlaveConnection', (original) => observedAcquire(prototype, original));
}

function observedConnect(prototype: object, original: Method): Method {
  return function (this: DriverLike, ...args) {
    const observer = observerOfDriver(this, prototype);
    if (observer === undefined) return original.apply(this, args);
    return followResult(
      original,
      this,
      args,
      () => observer.guarded(() => observer.connections.connected(this)),
      (error) => observer.guarded(() => observer.connections.failed(error)),
    );
  };
}

function observedDisconnect(prototype: object, original: Method): Method {
  return function (this: DriverLike, ...args) {
    const observer = observerOfDriver(this, prototype);
    if (observer === undefined) return original.apply(this, args);
    return followResult(
      original,
      this,
      args,
      () => observer.disconnected(),
      () => undefined,
    );
  };
}

/** True while a driver without slaves asks itself for its master: that is one wait, not two. */
let isAcquiring = false;

function observedAcquire(prototype: object, original: Method): Method {
  const once = acquiring(original);
  return function (this: DriverLike, ...args) {
    const observer = isAcquiring ? undefined : observerOfDriver(this, prototype);
    if (observer === undefined || observer.type === GIVES_OUT_POOLS) return original.apply(this, args);
    const startedAt = performance.now();
    observer.guarded(() => observer.connections.watchPools(this));
    return followResult(
      once,
      this,
      args,
      () => acquired(observer, startedAt),
      (error) => acquired(observer, startedAt, error),
    );
  };
}

function acquiring(original: Method): Method {
  return function (...args) {
    isAcquiring = true;
    try {
      return original.apply(this, args);
    } finally {
      isAcquiring = false;
    }
  };
}

function acquired(observer: DataSourceObserver, startedAt: number, error?: unknown): void {
  observer.guarded(() => {
    observer.connections.awaited(startedAt);
    if (error !== undefined) observer.connections.failed(error);
  });
}
