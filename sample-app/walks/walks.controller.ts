import { Controller, Get } from '@nestjs/common';
import { type Dog } from '../dogs/dog.entity.js';
import { WalksService } from './walks.service.js';

/** Every dog with its walks. */
@Controller('walks')
export class WalksController {
  constructor(private readonly walks: WalksService) {}

  @Get()
  findTogether(): Promise<Dog[]> {
    return this.walks.findTogether();
  }

  @Get('one-by-one')
  findOneByOne(): Promise<Dog[]> {
    return this.walks.findOneByOne();
  }
}
