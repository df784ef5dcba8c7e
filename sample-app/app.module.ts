import { CacheModule, type CacheOptions } from '@nestjs/cache-manager';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  MonitorModule,
  type MonitorOptions,
  PrometheusModule,
  type PrometheusOptions,
} from 'nestjs-prometheus-exporter';
import { type DataSourceOptions } from 'typeorm';
import { DogsModule } from './dogs/dogs.module.js';
import { migratedDataSource } from './migrations/migrated-data-source.js';
import { MIGRATIONS } from './migrations/migrations.js';
import { PagesController } from './pages/pages.controller.js';
import { DatabaseController } from './situations/database.controller.js';
import { FoodScale } from './situations/food-scale.js';
import { MemoryController } from './situations/memory.controller.js';
import { MetricsController } from './situations/metrics.controller.js';
import { SituationsController } from './situations/situations.controller.js';
import { StreamsController } from './situations/streams.controller.js';
import { WalksModule } from './walks/walks.module.js';

@Module({
  imports: [DogsModule, WalksModule],
  controllers: [
    PagesController,
    SituationsController,
    DatabaseController,
    StreamsController,
    MemoryController,
    MetricsController,
  ],
  providers: [FoodScale],
})
export class AppModule {
  /** The application with the metrics, the database, the cache, the monitor and the other doors that the environment selects. */
  static on(
    metrics: PrometheusOptions,
    database: DataSourceOptions,
    cache: CacheOptions,
    monitor: MonitorOptions,
    pendingMigrations: number,
    doors: readonly DynamicModule[],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // The only code for metrics in this application, except decorators on Dog and DogsService, and the mistakes of MetricsController.
        PrometheusModule.forRoot(metrics),
        MonitorModule.forRoot(monitor),
        ...doors,
        CacheModule.register({ ...cache, isGlobal: true }),
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...database, autoLoadEntities: true, cache: true, migrations: MIGRATIONS }),
          dataSourceFactory: (complete = database) => migratedDataSource(complete, pendingMigrations),
        }),
      ],
    };
  }
}
