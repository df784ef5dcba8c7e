import { QUERY_BUCKETS } from '../catalogue/buckets.js';
import { GROUP_OR_OFF, numberOf, oneOfTexts } from '../options/option-kinds.js';
import { BUCKET_BOUNDS } from './bucket-bounds.js';
import { type CapabilityOptions } from './capability.js';

export interface MigrationsOptions {
  /**
   * Seconds between two checks of the table of executed migrations. Each check takes two short statements. The first
   * one runs at the end of the boot. Each further one waits until the application returns a connection to the pool, and
   * uses that connection. An application that does not use its database opens no connection for it; its last check can
   * then be older than this.
   *
   * @defaultValue `60`
   */
  readonly refreshSeconds?: number;
}

export interface TypeOrmOptions {
  /**
   * The entities whose rows are counted in `typeorm_model_rows_total`: those with `@ExportModelOperations`, or with
   * `'all'` every entity, junction tables included.
   *
   * @defaultValue `'decorated'`
   */
  readonly models?: 'decorated' | 'all';

  /**
   * Upper bounds of the buckets for statements, transactions and waits for a connection, in seconds, ascending. Each
   * bound adds one series per data source, operation and entity.
   *
   * @defaultValue `[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]`
   */
  readonly durationBuckets?: readonly number[];

  /**
   * Compares the migrations in the code with those in the database. `false` turns it off.
   *
   * @defaultValue on: in the background, from the end of the boot
   */
  readonly migrations?: MigrationsOptions | false;
}

export interface TypeOrmOption {
  /**
   * Options of the TypeORM metrics; `false` turns them off, and data sources are not observed.
   *
   * @defaultValue every data source of the application, however it is created
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
      fix: 'give the seconds between two checks, 60 by default',
      holds: (value) => Number.isFinite(value) && Number(value) >= 1 && Number(value) <= 86_400,
      fromText: numberOf,
      default: 60,
    },
  ],
};
