import { type DataSourceInfo } from '../../database-events.js';
import { type DataSourceSink } from '../data-source-sink.js';
import { type StandIns } from '../../../host/stand-ins.js';
import { type DataSourceLike } from '../typeorm-types.js';

/**
 * Watches the query result cache of one data source, whichever it is. TypeORM asks `isExpired` of exactly what it found,
 * so a hit is a `false` from there; nothing is asked twice.
 */
export function hookQueryCache(
  { queryResultCache }: DataSourceLike,
  info: DataSourceInfo,
  sink: DataSourceSink,
  standIns: StandIns,
): void {
  if (queryResultCache === undefined) return;
  standIns.put(queryResultCache, 'getFromCache', (original) => {
    return function (...args) {
      sink.run(() => sink.listeners.queryCacheAsked(info));
      return original.apply(this, args);
    };
  });
  standIns.put(queryResultCache, 'isExpired', (original) => {
    return function (...args) {
      const isExpired = original.apply(this, args);
      if (isExpired === false) sink.run(() => sink.listeners.queryCacheHit(info));
      return isExpired;
    };
  });
}
