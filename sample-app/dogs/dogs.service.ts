import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { type CreateDogDto } from './create-dog.dto.js';
import { Dog } from './dog.entity.js';

/** Writes with single statements, not `save()`: requests that overlap would share its transaction on SQLite. */
@Injectable()
export class DogsService {
  constructor(@InjectRepository(Dog) private readonly dogs: Repository<Dog>) {}

  findAll(): Promise<Dog[]> {
    return this.dogs.find({ order: { id: 'ASC' } });
  }

  async findOne(id: number): Promise<Dog> {
    const dog = await this.dogs.findOneBy({ id });
    if (dog === null) {
      throw noSuchDog(id);
    }
    return dog;
  }

  async create(values: CreateDogDto): Promise<Dog> {
    const dog = this.dogs.create(values);
    await this.dogs.insert(dog);
    return dog;
  }

  async update(id: number, changes: Partial<CreateDogDto>): Promise<Dog> {
    // TypeORM throws rather than send an UPDATE that sets nothing.
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
