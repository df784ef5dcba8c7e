import { Controller, Get } from '@nestjs/common';
import { type Breed, DogsService } from './dogs.service.js';

@Controller('breeds')
export class BreedsController {
  constructor(private readonly dogs: DogsService) {}

  @Get()
  findAll(): Promise<Breed[]> {
    return this.dogs.countByBreed();
  }
}
