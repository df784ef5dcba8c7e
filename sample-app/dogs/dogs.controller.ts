import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, ValidationPipe } from '@nestjs/common';
import { CreateDogDto } from './create-dog.dto.js';
import { DogIdPipe } from './dog-id.pipe.js';
import { type Dog } from './dog.entity.js';
import { DogsService } from './dogs.service.js';

/** A change contains only some properties of a dog. They are validated like those of a new one. */
const CHANGES = new ValidationPipe({
  expectedType: CreateDogDto,
  skipUndefinedProperties: true,
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
});

@Controller('dogs')
export class DogsController {
  constructor(private readonly dogs: DogsService) {}

  @Get()
  findAll(): Promise<Dog[]> {
    return this.dogs.findAll();
  }

  @Get(':id')
  findOne(@Param('id', DogIdPipe) id: number): Promise<Dog> {
    return this.dogs.findOne(id);
  }

  @Post()
  create(@Body() values: CreateDogDto): Promise<Dog> {
    return this.dogs.create(values);
  }

  @Patch(':id')
  update(@Param('id', DogIdPipe) id: number, @Body(CHANGES) changes: Partial<CreateDogDto>): Promise<Dog> {
    return this.dogs.update(id, changes);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@Param('id', DogIdPipe) id: number): Promise<void> {
    return this.dogs.delete(id);
  }
}
