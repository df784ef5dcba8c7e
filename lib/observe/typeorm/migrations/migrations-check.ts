import { type PoolReading } from '../../database-events.js';
import { type DataSourceObserver } from '../data-sources/data-source-observer.js';
import { readMigrations } from './migrations.js';
import { isSingleConnection, readPools } from '../connections/pools.js';

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
  private readonly underWay = new Set<DataSourceObserver>();
  private readonly checked = new WeakSet<DataSourceObserver>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly observers: () => readonly DataSourceObserver[],
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
    for (const observer of this.observers()) observer.afterRelease = undefined;
  }

  /** Never rejects. */
  async check(observer: DataSourceObserver): Promise<void> {
    if (this.underWay.has(observer) || !canBeAsked(observer)) return;
    this.underWay.add(observer);
    try {
      const reading = await readMigrations(observer.dataSource, AbortSignal.timeout(TIMEOUT_MS));
      this.checked.add(observer);
      observer.listener.migrationsChecked(observer.info, reading);
    } catch {
      // The trouble is the database's, and its statements tell of it; how old the last reading is can be seen.
    } finally {
      this.underWay.delete(observer);
    }
  }

  private checkAll(): void {
    this.timer = setTimeout(() => this.checkAll(), this.refreshSeconds * 1000).unref();
    for (const observer of this.observers()) {
      if (!this.checked.has(observer) || isSingleConnection(observer.dataSource.driver)) void this.check(observer);
      else this.awaitRelease(observer);
    }
  }

  private awaitRelease(observer: DataSourceObserver): void {
    observer.afterRelease = () => {
      observer.afterRelease = undefined;
      // Whoever goes on with the next statement at once shall find the connection where it was.
      setImmediate(() => this.released(observer));
    };
  }

  private released(observer: DataSourceObserver): void {
    if (this.timer === undefined) return;
    if (hasIdleConnection(observer)) void this.check(observer);
    else this.awaitRelease(observer);
  }
}

/** Many applications list their migrations only for the command line: without any there is nothing to compare. */
function canBeAsked({ dataSource, type }: DataSourceObserver): boolean {
  const { isInitialized, migrations, driver } = dataSource;
  if (!isInitialized || migrations.length === 0 || type === 'mongodb') return false;
  return isSingleConnection(driver) || readPools(driver, isInitialized).every(hasFreeConnection);
}

/** Of the master, which is asked. Pools that cannot be read are taken to keep what they get back. */
function hasIdleConnection({ dataSource: { driver, isInitialized } }: DataSourceObserver): boolean {
  const masters = readPools(driver, isInitialized).filter(({ role }) => role === 'master');
  return masters.length === 0 || masters.some(({ idle }) => idle > 0);
}

function hasFreeConnection({ used, pending, max }: PoolReading): boolean {
  return pending === 0 && (max === undefined || used < max);
}
