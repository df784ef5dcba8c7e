import { type ObservedDataSource, observedOfDriver } from './observed.js';
import { type AnyMethod } from '../../../host/any-method.js';
import { type StandIns } from '../../../host/stand-ins.js';
import { type DriverLike } from '../typeorm-types.js';
import { followResult } from '../../../host/follow-result.js';

/** On this one they give out the whole pool: there is nothing to wait for. */
const GIVES_OUT_POOLS = 'mssql';

/** Puts our stand-ins into a class of drivers, as `hookQueryRunner` does for query runners. */
export function hookDriver(prototype: object, standIns: StandIns): void {
  standIns.put(prototype, 'connect', (original) => observedConnect(prototype, original));
  standIns.put(prototype, 'disconnect', (original) => observedDisconnect(prototype, original));
  standIns.put(prototype, 'obtainMasterConnection', (original) => observedAcquire(prototype, original));
  standIns.put(prototype, 'obtainSlaveConnection', (original) => observedAcquire(prototype, original));
}

function observedConnect(prototype: object, original: AnyMethod): AnyMethod {
  return function (this: DriverLike, ...args) {
    const observed = observedOfDriver(this, prototype);
    if (observed === undefined) return original.apply(this, args);
    return followResult(original, this, args, {
      succeeded: () => observed.sink.run(() => observed.connections.connected(this)),
      failed: (error) => observed.sink.run(() => observed.connections.failed(error)),
    });
  };
}

function observedDisconnect(prototype: object, original: AnyMethod): AnyMethod {
  return function (this: DriverLike, ...args) {
    const observed = observedOfDriver(this, prototype);
    if (observed === undefined) return original.apply(this, args);
    return followResult(original, this, args, { succeeded: () => observed.disconnected(), failed: () => undefined });
  };
}

/** True while a driver without slaves asks itself for its master: that is one wait, not two. */
let isAcquiring = false;

function observedAcquire(prototype: object, original: AnyMethod): AnyMethod {
  const once = acquiring(original);
  return function (this: DriverLike, ...args) {
    const observed = isAcquiring ? undefined : observedOfDriver(this, prototype);
    if (observed === undefined || observed.info.driver === GIVES_OUT_POOLS) return original.apply(this, args);
    const startedAt = performance.now();
    observed.sink.run(() => observed.connections.watchPools(this));
    return followResult(once, this, args, {
      succeeded: () => acquired(observed, startedAt),
      failed: (error) => acquired(observed, startedAt, error),
    });
  };
}

function acquiring(original: AnyMethod): AnyMethod {
  return function (...args) {
    isAcquiring = true;
    try {
      return original.apply(this, args);
    } finally {
      isAcquiring = false;
    }
  };
}

function acquired(observed: ObservedDataSource, startedAt: number, error?: unknown): void {
  observed.sink.run(() => {
    observed.connections.awaited(startedAt);
    if (error !== undefined) observed.connections.failed(error);
  });
}
