import { type DataSourceInfo, type PoolReading } from '../../database-events.js';
import { type DataSourceSink } from '../data-source-sink.js';
import { readMigrations } from './migrations.js';
import { isSingleConnection, readPools } from '../connections/pools.js';
import { type DataSourceLike } from '../typeorm-types.js';

/** A data source whose migrations are compared. */
export interface CheckedDataSource {
  readonly dataSource: DataSourceLike;
  readonly info: DataSourceInfo;
  readonly sink: DataSourceSink;
  /** Called when a query runner has given its connection back. */
  afterRelease: (() => void) | undefined;
}

/** A check that has got its connection after so long asks nothing more: what it was wanted for is over. */
const TIMEOUT_MS = 10_000;

/**
 * Compares the migrations of every data source, in the background: never while the application boots, never when a
 * scrape waits. Nothing is asked of a pool that others wait for, nor again before the last check has come back.
 *
 * The first check of a data source opens a connection if the pool has none. Each further one waits until the application
 * has given a connection back, and uses that: an idle application lets go of its connections and keeps none for us, and
 * a database that sleeps while nobody is connected is not woken.
 */
export class MigrationsCheck {
  private readonly underWay = new Set<CheckedDataSource>();
  private readonly checkedOnce = new WeakSet<CheckedDataSource>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSources: () => readonly CheckedDataSource[],
    private readonly refreshSeconds: number,
  ) {}

  /** At once, and then every so often. Keeps no process alive. */
  start(): void {
    this.stop();
    this.timer = setTimeout(() => this.checkAll(), 0).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const checked of this.dataSources()) checked.afterRelease = undefined;
  }

  /** Never rejects. */
  async check(checked: CheckedDataSource): Promise<void> {
    if (this.underWay.has(checked) || !canBeAsked(checked)) return;
    this.underWay.add(checked);
    try {
      const reading = await readMigrations(checked.dataSource, AbortSignal.timeout(TIMEOUT_MS));
      this.checkedOnce.add(checked);
      checked.sink.listeners.migrationsChecked(checked.info, reading);
    } catch {
      // Failing statements are counted elsewhere, and the age of the last reading is a metric.
    } finally {
      this.underWay.delete(checked);
    }
  }

  private checkAll(): void {
    this.timer = setTimeout(() => this.checkAll(), this.refreshSeconds * 1000).unref();
    for (const checked of this.dataSources()) {
      if (!this.checkedOnce.has(checked) || isSingleConnection(checked.dataSource.driver)) void this.check(checked);
      else this.awaitRelease(checked);
    }
  }

  private awaitRelease(checked: CheckedDataSource): void {
    checked.afterRelease = () => {
      checked.afterRelease = undefined;
      // The application may send its next statement at once, and must find the connection free.
      setImmediate(() => this.released(checked));
    };
  }

  private released(checked: CheckedDataSource): void {
    if (this.timer === undefined) return;
    if (hasIdleConnection(checked)) void this.check(checked);
    else this.awaitRelease(checked);
  }
}

/** Many applications list their migrations only for the command line: without any there is nothing to compare. */
function canBeAsked({ dataSource, info }: CheckedDataSource): boolean {
  const { isInitialized, migrations, driver } = dataSource;
  if (!isInitialized || migrations.length === 0 || info.driver === 'mongodb') return false;
  return isSingleConnection(driver) || readPools(driver, isInitialized).every(hasFreeConnection);
}

/** Of the master, which is asked. Pools that cannot be read are taken to keep what they get back. */
function hasIdleConnection({ dataSource: { driver, isInitialized } }: CheckedDataSource): boolean {
  const masters = readPools(driver, isInitialized).filter(({ role }) => role === 'master');
  return masters.length === 0 || masters.some(({ idle }) => idle > 0);
}

function hasFreeConnection({ used, pending, max }: PoolReading): boolean {
  return pending === 0 && (max === undefined || used < max);
}
