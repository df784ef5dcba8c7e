import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Dog } from './dog.entity.js';

const FIRST_DOGS = [
  { name: 'Rex', breed: 'German Shepherd', age: 4 },
  { name: 'Bella', breed: 'Beagle', age: 2 },
  { name: 'Snowy', breed: 'Fox Terrier', age: 7 },
];

/** Lets three dogs into an empty kennel, so that there is something to look at from the first request on. */
@Injectable()
export class FirstDogs implements OnModuleInit {
  constructor(@InjectRepository(Dog) private readonly dogs: Repository<Dog>) {}

  async onModuleInit(): Promise<void> {
    if (!(await this.dogs.exists())) {
      await this.dogs.insert(FIRST_DOGS);
    }
  }
}
