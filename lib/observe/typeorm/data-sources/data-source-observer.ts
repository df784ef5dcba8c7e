import { type DatabaseListener, type Entity, NO_ENTITY } from '../../database-events.js';
import { type RequestScope } from '../../request-scope.js';
import { Connections } from '../connections/connections.js';
import { HeldEvents } from './held-events.js';
import { modelName } from '../export-model-operations.js';
import { mark, unmark } from '../hooks/observed.js';
import { hookQueryCache } from '../hooks/query-cache.js';
import { StandIns } from '../../stand-ins.js';
import { Statements } from '../statements/statements.js';
import { Streams } from '../statements/streams.js';
import { Transactions } from '../transactions/transactions.js';
import { type DataSourceLike, type EntityMetadataLike } from '../typeorm-types.js';

/** Who hears of a data source, once it is known whose it is. */
export interface Audience {
  readonly listener: Required<DatabaseListener>;
  readonly scope: RequestScope | undefined;
  report(error: unknown): void;
  /** A data source has connected while the application runs. */
  initialized(observer: DataSourceObserver): void;
}

/**
 * Observes one data source, from before it connects. Its events are held until `tell` says who hears them.
 */
export class DataSourceObserver {
  readonly info: { name: string; readonly driver: string; readonly replicated: boolean; fromBoot: boolean };
  readonly noEntity: Entity;
  readonly statements = new Statements(this);
  readonly transactions = new Transactions(this);
  readonly connections = new Connections(this);
  readonly streams = new Streams();
  listener: Required<DatabaseListener>;
  scope: RequestScope | undefined = undefined;
  isInitializing = false;
  /** At least once; one that never was may be tried again by whoever has it. */
  wasInitialized = false;
  /** Another of the same name was made after it. */
  isReplaced = false;
  /** Called when a query runner has given its connection back, while somebody waits for that. */
  afterRelease: (() => void) | undefined = undefined;

  private readonly held = new HeldEvents();
  private readonly faults: unknown[] = [];
  private readonly standIns = new StandIns();
  private readonly entities = new WeakMap<EntityMetadataLike, Entity>();
  private audience: Audience | undefined;

  constructor(readonly dataSource: DataSourceLike) {
    const { driver } = dataSource;
    const replicated = driver.isReplicated === true;
    this.info = { name: nameOf(dataSource), driver: this.type, replicated, fromBoot: true };
    this.noEntity = { dataSource: this.info, name: NO_ENTITY, model: undefined };
    this.listener = this.held.listener;
    mark(dataSource, this);
    this.guarded(() => hookQueryCache(dataSource, this, this.standIns));
    this.listener.dataSourceFound(this.info);
    if (dataSource.isInitialized) this.initialized();
  }

  get type(): string {
    return this.dataSource.options.type;
  }

  /** Nobody listens, and so much has happened that nothing more is held. */
  get isDeaf(): boolean {
    return this.audience === undefined && this.held.isFull;
  }

  get isTold(): boolean {
    return this.audience !== undefined;
  }

  /** SQLite has rolled back by itself, which it does after some errors. */
  databaseLeftTransaction(): boolean {
    const connection = this.dataSource.driver.databaseConnection as { inTransaction?: unknown } | undefined;
    return connection?.inTransaction === false;
  }

  entityOf(metadata: EntityMetadataLike): Entity {
    const known = this.entities.get(metadata);
    if (known !== undefined) return known;
    const model = modelName(metadata, this.dataSource);
    const made = { dataSource: this.info, name: metadata.name, model };
    this.entities.set(metadata, made);
    return made;
  }

  /** What the container calls it, where its options do not say. */
  nameBy(token: string): void {
    if (this.dataSource.options.name === undefined) this.info.name = token;
  }

  /** `initialize()` has ended; if it succeeded, there is metadata, and what was there before is replaced. */
  settled(succeeded: boolean): void {
    this.isInitializing = false;
    if (succeeded) this.initialized();
  }

  /** The connections are closed, and what was under way on them is over: SQLite releases no query runner. */
  disconnected(): void {
    this.guarded(() => {
      this.transactions.endAll();
      this.streams.endAll();
    });
  }

  private initialized(): void {
    this.wasInitialized = true;
    this.guarded(() => {
      this.connections.watchPools(this.dataSource.driver);
      this.listener.entitiesKnown(this.dataSource.entityMetadatas.map((metadata) => this.entityOf(metadata)));
      this.audience?.initialized(this);
    });
  }

  /** From now on `audience` hears everything, and what was held first. */
  tell(audience: Audience): void {
    // Who has heard of it so far shall not believe that it goes on.
    if (this.audience !== undefined) this.listener.dataSourceRead(this.info, false, []);
    this.audience = audience;
    this.listener = audience.listener;
    this.scope = audience.scope;
    for (const fault of this.faults.splice(0)) audience.report(fault);
    this.held.tell(audience.listener);
  }

  /** Statements under way are still told to their end; what else was going on is over for us. */
  stop(): void {
    this.transactions.endAll();
    this.streams.endAll();
    this.connections.stop();
    this.standIns.putBack();
    unmark(this.dataSource);
    this.listener.dataSourceRead(this.info, false, []);
  }

  guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.report(error);
    }
  }

  report(error: unknown): void {
    if (this.audience !== undefined) this.audience.report(error);
    else if (this.faults.length < 100) this.faults.push(error);
  }
}

/** @nestjs/typeorm keeps it in the options; TypeORM 0.3 has a name of its own, which is `default` unless given. */
function nameOf({ options, name }: DataSourceLike): string {
  return [options.name, name].find((one) => typeof one === 'string') ?? 'default';
}
