import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { type DataSourceOptions } from 'typeorm';
import { DogsModule } from './dogs/dogs.module.js';
import { PagesController } from './pages/pages.controller.js';
import { SituationsController } from './situations/situations.controller.js';
import { StreamsController } from './situations/streams.controller.js';

@Module({
  // The first line is all that this application does for its metrics.
  imports: [PrometheusModule.forRoot(), DogsModule],
  controllers: [PagesController, SituationsController, StreamsController],
})
export class AppModule {
  /** The kennel with its dogs in one database or another; the only thing that the environment changes in a module. */
  static onDatabase(options: DataSourceOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot({ ...options, autoLoadEntities: true, synchronize: true })],
    };
  }
}
