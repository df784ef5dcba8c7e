import { Args, Query, Resolver } from '@nestjs/graphql';
import { type Dog } from '../dogs/dog.entity.js';
import { DogsService } from '../dogs/dogs.service.js';

export const DOGS_SCHEMA = /* GraphQL */ `
  type Dog {
    id: Int!
    name: String!
    breed: String!
    age: Int!
  }

  type Query {
    dogs: [Dog!]!
    dog(id: Int!): Dog!
  }
`;

/** The dogs at the door of GraphQL. */
@Resolver('Dog')
export class DogsResolver {
  constructor(private readonly dogs: DogsService) {}

  @Query('dogs')
  findAll(): Promise<Dog[]> {
    return this.dogs.findAll();
  }

  @Query('dog')
  findOne(@Args('id') id: number): Promise<Dog> {
    return this.dogs.findOne(id);
  }
}
