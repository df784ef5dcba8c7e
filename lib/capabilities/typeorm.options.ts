import { QUERY_BUCKETS } from '../catalogue/nest/typeorm.definitions.js';
import { GROUP_OR_OFF, numberOf, oneOfTexts } from '../options/option-kinds.js';
import { BUCKET_BOUNDS } from './bucket-bounds.js';
import { type CapabilityOptions } from './capability.js';

export interface MigrationsOptions {
  /**
   * Seconds between two looks at the table of executed migrations, each of which is two short statements. The first
   * comes with the end of the boot. Each further one waits until the application gives a connection back to the pool,
   * and uses that: an application that does not use its database opens no connection for it, and its last look grows
   * older than this.
   *
   * @defaultValue `60`
   */
  readonly refreshSeconds?: number;
}

export interface TypeOrmOptions {
  /**
   * Whose rows are counted in `typeorm_model_rows_total`: the entities with `@ExportModelOperations`, or with `'all'`
   * every entity, junction tables included.
   *
   * @defaultValue `'decorated'`
   */
  readonly models?: 'decorated' | 'all';

  /**
   * Upper bounds of the buckets of statements, transactions and waits for a connection, in seconds, ascending.
   * Each bound adds one series per data source, operation and entity.
   *
   * @defaultValue `[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]`
   */
  readonly durationBuckets?: readonly number[];

  /**
   * The comparison of the migrations in the code with those in the database; `false` never asks the database.
   *
   * @defaultValue in the background, from the end of the boot on
   */
  readonly migrations?: MigrationsOptions | false;
}

export interface TypeOrmOption {
  /**
   * What is measured of TypeORM; `false` leaves the data sources alone altogether.
   *
   * @defaultValue every data source of the application, however it is made
   */
  readonly typeorm?: TypeOrmOptions | false;
}

export interface ResolvedTypeOrmOptions extends Required<TypeOrmOptions> {
  readonly migrations: Required<MigrationsOptions> | false;
}

export const TYPEORM_OPTIONS: CapabilityOptions<ResolvedTypeOrmOptions> = {
  name: 'typeorm',
  rules: [
    { option: 'typeorm', ...GROUP_OR_OFF },
    { option: 'typeorm.models', ...oneOfTexts('decorated', 'all'), default: 'decorated' },
    { option: 'typeorm.durationBuckets', ...BUCKET_BOUNDS, default: QUERY_BUCKETS },
    { option: 'typeorm.migrations', ...GROUP_OR_OFF },
    {
      option: 'typeorm.migrations.refreshSeconds',
      expected: 'a number of seconds from 1 to 86400',
      fix: 'give how old the numbers may be, 60 by default',
      holds: (value) => Number.isFinite(value) && Number(value) >= 1 && Number(value) <= 86_400,
      fromText: numberOf,
      default: 60,
    },
  ],
};
