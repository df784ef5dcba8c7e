import { type DataSourceObserver } from '../data-sources/data-source-observer.js';
import { type StandIns } from '../../stand-ins.js';
import { type DataSourceLike } from '../typeorm-types.js';

/**
 * Watches the query result cache of one data source, whichever it is. TypeORM asks `isExpired` of exactly what it found,
 * so a hit is a `false` from there; nothing is asked twice.
 */
export function hookQueryCache(
  { queryResultCache }: DataSourceLike,
  observer: DataSourceObserver,
  put: StandIns,
): void {
  if (queryResultCache === undefined) return;
  put.put(queryResultCache, 'getFromCache', (original) => {
    return function (...args) {
      observer.guarded(() => observer.listener.queryCacheAsked(observer.info));
      return original.apply(this, args);
    };
  });
  put.put(queryResultCache, 'isExpired', (original) => {
    return function (...args) {
      const isExpired = original.apply(this, args);
      if (isExpired === false) observer.guarded(() => observer.listener.queryCacheHit(observer.info));
      return isExpired;
    };
  });
}
