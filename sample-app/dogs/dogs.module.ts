import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BreedsController } from './breeds.controller.js';
import { Dog } from './dog.entity.js';
import { DogsController } from './dogs.controller.js';
import { DogsService } from './dogs.service.js';
import { FirstDogs } from './first-dogs.js';

@Module({
  imports: [TypeOrmModule.forFeature([Dog])],
  controllers: [DogsController, BreedsController],
  providers: [DogsService, FirstDogs],
  exports: [DogsService],
})
export class DogsModule {}
