import { EventEmitter, on } from 'node:events';
import { ApolloDriver } from '@nestjs/apollo';
import {
  type CanActivate,
  ForbiddenException,
  Inject,
  Injectable,
  NotFoundException,
  type PipeTransform,
  UseGuards,
} from '@nestjs/common';
import {
  Args,
  Field,
  GraphQLModule,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { GraphQLError } from 'graphql';
import { DataSource } from 'typeorm';
import { type Platform } from './nest-app.js';

/** The servers that `@nestjs/graphql` has drivers for. */
export const GRAPHQL_SERVERS = [
  { server: 'Apollo', platform: 'express' },
  { server: 'Apollo', platform: 'fastify' },
  { server: 'Mercurius', platform: 'fastify' },
] as const satisfies readonly { server: string; platform: Platform }[];
export type GraphQLServer = (typeof GRAPHQL_SERVERS)[number]['server'];

/** The module of a server, with subscriptions and requests that hold several operations. */
export function graphQLModule(server: GraphQLServer, options: object) {
  return server === 'Apollo'
    ? GraphQLModule.forRoot({
        driver: ApolloDriver,
        subscriptions: { 'graphql-ws': true },
        allowBatchedHttpRequests: true,
        playground: false,
        introspection: true,
        ...options,
      })
    : GraphQLModule.forRoot({ driver: MercuriusDriver, subscription: true, allowBatchedQueries: true, ...options });
}

/** What the tests let happen. */
export class Kennel {
  readonly barks = new EventEmitter();
  /** Promises that a test settles. */
  release: () => void = () => undefined;
}

@ObjectType()
class Owner {
  @Field()
  name!: string;
}

@ObjectType()
class Dog {
  @Field()
  name!: string;

  owner?: Owner;
}

class NoGuestsGuard implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException();
  }
}

@Injectable()
class PositivePipe implements PipeTransform<number> {
  transform(value: number): number {
    if (value <= 0) throw new RangeError('not positive');
    return value;
  }
}

@Resolver(() => Dog)
export class DogsResolver {
  constructor(
    @Inject(Kennel) private readonly kennel: Kennel,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  @Query(() => [Dog])
  async dogs(@Args('count', { type: () => Int, defaultValue: 2 }, PositivePipe) count: number): Promise<Dog[]> {
    await this.dataSource.query('SELECT 1');
    return Array.from({ length: count }, (_, index) => ({ name: `Dog ${index}` }));
  }

  /** With a short name: 10,000 of them fit into a request. */
  @Query(() => Int)
  n(): number {
    return 2;
  }

  @Query(() => Dog)
  lost(): Dog {
    throw new NotFoundException();
  }

  @Query(() => Dog)
  @UseGuards(NoGuestsGuard)
  guarded(): Dog {
    return { name: 'Rex' };
  }

  @Query(() => Dog)
  nobody(): unknown {
    return null;
  }

  @Query(() => Dog, { nullable: true })
  returned(): unknown {
    return new TypeError('returned, not thrown');
  }

  @Query(() => Dog)
  walked(): Promise<Dog> {
    return new Promise((resolve) => (this.kennel.release = () => resolve({ name: 'Rex' })));
  }

  @Mutation(() => Dog)
  create(@Args('name') name: string): Dog {
    if (name === '') throw new GraphQLError('a dog has a name');
    return { name };
  }

  @Subscription(() => Dog, { resolve: (dog: Dog) => dog })
  barks(): AsyncIterable<unknown> {
    return barksOf(this.kennel);
  }

  @Subscription(() => Dog)
  silence(): AsyncIterable<unknown> {
    throw new RangeError('nothing to hear');
  }

  @ResolveField(() => Owner, { nullable: true })
  async owner(@Parent() dog: Dog): Promise<Owner> {
    await this.dataSource.query('SELECT 2');
    if (dog.name === 'Dog 3') throw new RangeError('a stray');
    return { name: `Owner of ${dog.name}` };
  }
}

/** Dogs that bark, until one is called `end`; one that is called `fail` fails. */
function barksOf({ barks }: Kennel): AsyncIterableIterator<unknown> {
  const heard = on(barks, 'bark') as AsyncIterableIterator<[string]>;
  barks.emit('listening');
  return {
    next: async () => {
      const { done, value } = await heard.next();
      if (done === true || value[0] === 'end') return { done: true, value: undefined };
      if (value[0] === 'fail') throw new TypeError('hoarse');
      return { done: false, value: { name: value[0] } };
    },
    return: () => heard.return!(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
