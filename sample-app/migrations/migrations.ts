import { CreateDog } from './create-dog.migration.js';
import { CreateQueryResultCache } from './create-query-result-cache.migration.js';
import { CreateWalk } from './create-walk.migration.js';
import { IndexBreed } from './index-breed.migration.js';

/**
 * In the words of TypeORM's Table, not in SQL, so that they run on every database of the kennel.
 * In the order of the timestamps in their names, by which TypeORM goes.
 */
export const MIGRATIONS = [CreateDog, CreateWalk, CreateQueryResultCache, IndexBreed];
