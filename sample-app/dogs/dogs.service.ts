import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Counted, Timed } from 'nestjs-prometheus-exporter';
import { Repository } from 'typeorm';
import { type CreateDogDto } from './create-dog.dto.js';
import { Dog } from './dog.entity.js';

export interface Breed {
  readonly breed: string;
  readonly dogs: number;
}

/** How long the result for the breeds is cached. */
const BREEDS_CACHE_MS = 1000;

/** Writes with single statements instead of `save()`: on SQLite, concurrent requests would share its transaction. */
@Injectable()
export class DogsService {
  constructor(@InjectRepository(Dog) private readonly dogs: Repository<Dog>) {}

  findAll(): Promise<Dog[]> {
    return this.dogs.find({ order: { id: 'ASC' } });
  }

  /**
   * Runs at most once a second; in between, the result comes from TypeORM's query result cache.
   *
   * It uses a query runner for the master. Without one, TypeORM stores the result over a second connection while it
   * holds the first. With as many concurrent requests as the pool has connections, all would wait for each other
   * forever (a deadlock).
   */
  @Timed()
  async countByBreed(): Promise<Breed[]> {
    const queryRunner = this.dogs.manager.dataSource.createQueryRunner('master');
    try {
      const rows = await this.dogs
        .createQueryBuilder('dog', queryRunner)
        .select('dog.breed', 'breed')
        .addSelect('COUNT(*)', 'dogs')
        .groupBy('dog.breed')
        .orderBy('dog.breed')
        .cache('breeds', BREEDS_CACHE_MS)
        .getRawMany<{ breed: string; dogs: number | string }>();
      // PostgreSQL and MySQL return counts as 64-bit numbers, which their drivers give as strings.
      return rows.map(({ breed, dogs }) => ({ breed, dogs: Number(dogs) }));
    } finally {
      await queryRunner.release();
    }
  }

  async findOne(id: number): Promise<Dog> {
    const dog = await this.dogs.findOneBy({ id });
    if (dog === null) {
      throw noSuchDog(id);
    }
    return dog;
  }

  @Counted()
  async create(values: CreateDogDto): Promise<Dog> {
    const dog = this.dogs.create(values);
    await this.dogs.insert(dog);
    return dog;
  }

  async update(id: number, changes: Partial<CreateDogDto>): Promise<Dog> {
    // TypeORM throws if an UPDATE sets nothing.
    if (Object.values(changes).some((value) => value !== undefined)) {
      await this.dogs.update(id, changes);
    }
    return this.findOne(id);
  }

  async delete(id: number): Promise<void> {
    const { affected } = await this.dogs.delete(id);
    if (affected === 0) {
      throw noSuchDog(id);
    }
  }
}

function noSuchDog(id: number): NotFoundException {
  return new NotFoundException(`There is no dog ${id}.`);
}
