import { CreateDog } from './create-dog.migration.js';
import { CreateQueryResultCache } from './create-query-result-cache.migration.js';
import { CreateWalk } from './create-walk.migration.js';
import { IndexBreed } from './index-breed.migration.js';

/**
 * Written with TypeORM's Table instead of SQL, so that they run on every supported database. Ordered by the timestamps
 * in their names, as TypeORM executes them.
 */
export const MIGRATIONS = [CreateDog, CreateWalk, CreateQueryResultCache, IndexBreed];
