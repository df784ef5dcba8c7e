import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Dog } from '../dogs/dog.entity.js';
import { ForecastController } from './forecast.controller.js';
import { Walk } from './walk.entity.js';
import { WalksController } from './walks.controller.js';
import { WalksService } from './walks.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Dog, Walk])],
  controllers: [ForecastController, WalksController],
  providers: [WalksService],
})
export class WalksModule {}
