import { type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { type PoolReading } from '../database-events.js';
import { type Sink } from '../sink.js';
import { containedDataSources } from './data-sources/contained-data-sources.js';
import { type DataSourceObserver } from './data-sources/data-source-observer.js';
import { type DataSourceDiscovery } from './data-sources/data-source-discovery.js';
import { MigrationsCheck } from './migrations/migrations-check.js';
import { readPools } from './connections/pools.js';

export interface TypeOrmInstrumentationOptions {
  readonly migrations: { readonly refreshSeconds: number } | false;
}

/** Puts the observer of TypeORM into a Nest application and takes it out again. */
export class TypeOrmInstrumentation implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly collector = { name: 'typeorm', collect: () => this.read() };
  private readonly migrations: MigrationsCheck | undefined;

  constructor(
    private readonly discovery: DataSourceDiscovery,
    private readonly modules: ModulesContainer,
    private readonly sink: Sink,
    { migrations }: TypeOrmInstrumentationOptions,
  ) {
    this.migrations =
      migrations === false ? undefined : new MigrationsCheck(() => discovery.all, migrations.refreshSeconds);
  }

  /** All modules are made, so whose each data source is can be seen. */
  onModuleInit(): void {
    this.sink.boundary.run('typeorm', () => {
      const contained = containedDataSources(this.modules);
      this.discovery.start(this.sink, contained, (observer) => void this.migrations?.check(observer));
    });
  }

  onApplicationBootstrap(): void {
    this.migrations?.start();
  }

  /** The last hook of Nest: statements of the shutdown have been counted by then. */
  onApplicationShutdown(): void {
    this.migrations?.stop();
    this.sink.boundary.run('typeorm', () => this.discovery.stop());
  }

  /** What a scrape has to ask. An application without data sources does not want to read about them. */
  collectors(): readonly { readonly name: string; collect(): void }[] {
    const isInUse = this.discovery.all.length > 0 || this.discovery.ended.areWaiting;
    return isInUse ? [this.collector] : [];
  }

  /** Tells whether the data sources are up, and how their pools are. Asks the database nothing. */
  private read(): void {
    this.discovery.lookAgain();
    this.discovery.forgetGivenUp();
    const byName = new Map<string, DataSourceObserver[]>();
    for (const observer of this.discovery.all) {
      byName.set(observer.info.name, [...(byName.get(observer.info.name) ?? []), observer]);
    }
    for (const observers of byName.values()) this.readAll(observers);
    this.discovery.ended.read();
  }

  /** Those of one name: those that are given up, as the failed attempts of a boot are, tell nothing about the others. */
  private readAll(observers: readonly DataSourceObserver[]): void {
    const [{ info }] = observers as readonly [DataSourceObserver];
    const inUse = observers.filter((observer) => !this.discovery.isGivenUp(observer));
    const up = inUse.length > 0 && inUse.every(({ dataSource }) => dataSource.isInitialized);
    const pools = inUse.flatMap(({ dataSource }) => readPools(dataSource.driver, dataSource.isInitialized));
    this.sink.listeners.dataSourceRead(info, up, sumByRole(pools));
  }
}

function sumByRole(pools: readonly PoolReading[]): readonly PoolReading[] {
  const byRole = new Map<string, PoolReading>();
  for (const pool of pools) {
    const other = byRole.get(pool.role);
    byRole.set(pool.role, other === undefined ? pool : sumOf(pool, other));
  }
  return [...byRole.values()];
}

function sumOf(one: PoolReading, other: PoolReading): PoolReading {
  return {
    role: one.role,
    used: one.used + other.used,
    idle: one.idle + other.idle,
    pending: one.pending + other.pending,
    max: one.max === undefined || other.max === undefined ? undefined : one.max + other.max,
  };
}
