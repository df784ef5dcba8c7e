import { type ObservedDataSource, observedOfDriver } from './observed.js';
import { type AnyMethod } from '../../../host/any-method.js';
import { type StandIns } from '../../../host/stand-ins.js';
import { type DriverLike } from '../typeorm-types.js';
import { followResult, type Follower } from '../../../host/follow-result.js';

/** The driver of SQL Server gives out the whole pool: there is nothing to wait for. */
const GIVES_OUT_POOLS = 'mssql';

/** Puts stand-ins into a class of drivers, as `hookQueryRunner` does for query runners. */
export function hookDriver(prototype: object, standIns: StandIns): void {
  standIns.put(prototype, 'connect', (original) => observedMethod(prototype, original, connecting));
  standIns.put(prototype, 'disconnect', (original) => observedMethod(prototype, original, disconnecting));
  standIns.put(prototype, 'obtainMasterConnection', (original) => observedAcquire(prototype, original));
  standIns.put(prototype, 'obtainSlaveConnection', (original) => observedAcquire(prototype, original));
}

type FollowerOf = (observed: ObservedDataSource, driver: DriverLike) => Follower;

function observedMethod(prototype: object, original: AnyMethod, followerOf: FollowerOf): AnyMethod {
  return function (this: DriverLike, ...args) {
    const observed = observedOfDriver(this, prototype);
    if (observed === undefined) return original.apply(this, args);
    return followResult(original, this, args, followerOf(observed, this));
  };
}

const connecting: FollowerOf = ({ sink, connections }, driver) => ({
  succeeded: () => sink.run(() => connections.connected(driver)),
  failed: (error) => sink.run(() => connections.failed(error)),
});

const disconnecting: FollowerOf = (observed) => ({
  succeeded: () => observed.disconnected(),
  failed: () => undefined,
});

/** True while a driver without replicas asks itself for the connection of its master: that is one wait, not two. */
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
