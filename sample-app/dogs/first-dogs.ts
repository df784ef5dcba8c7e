import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Dog } from './dog.entity.js';

const FIRST_DOGS = [
  { name: 'Rex', breed: 'German Shepherd', age: 4, walks: [walk('Park', 45), walk('Harbour', 30)] },
  { name: 'Bella', breed: 'Beagle', age: 2, walks: [walk('Woods', 90)] },
  { name: 'Snowy', breed: 'Fox Terrier', age: 7, walks: [walk('Park', 20), walk('Castle', 60)] },
];

/** Inserts three dogs into an empty database, so that the first request already has results. */
@Injectable()
export class FirstDogs implements OnModuleInit {
  constructor(@InjectRepository(Dog) private readonly dogs: Repository<Dog>) {}

  /** Inserts them with their walks, in one transaction. No requests run yet that could become part of it. */
  async onModuleInit(): Promise<void> {
    if (!(await this.dogs.exists())) {
      await this.dogs.save(this.dogs.create(FIRST_DOGS));
    }
  }
}

function walk(place: string, minutes: number): { place: string; minutes: number } {
  return { place, minutes };
}
