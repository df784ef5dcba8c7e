import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Dog } from '../dogs/dog.entity.js';
import { Walk } from './walk.entity.js';

/** The same result in two ways that differ only in the number of statements. */
@Injectable()
export class WalksService {
  constructor(
    @InjectRepository(Dog) private readonly dogs: Repository<Dog>,
    @InjectRepository(Walk) private readonly walks: Repository<Walk>,
  ) {}

  /** One statement with a join, for any number of dogs. */
  findTogether(): Promise<Dog[]> {
    return this.dogs.find({ relations: { walks: true }, order: { id: 'ASC', walks: { id: 'ASC' } } });
  }

  /** One statement for the dogs and one more for each dog: N+1 queries. */
  async findOneByOne(): Promise<Dog[]> {
    const dogs = await this.dogs.find({ order: { id: 'ASC' } });
    for (const dog of dogs) {
      dog.walks = await this.walks.find({ where: { dog: { id: dog.id } }, order: { id: 'ASC' } });
    }
    return dogs;
  }
}
