import { type INestApplication, Injectable, type OnApplicationShutdown, Scope } from '@nestjs/common';
import {
  AbstractGraphQLDriver,
  Args,
  GraphQLSchemaHost,
  Mutation,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { type GraphQLSchema } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { INSTRUMENTATIONS } from '../../lib/prometheus.providers.js';
import { type Exposition } from '../support/exposition.js';
import { GRAPHQL_SERVERS, graphQLModule } from '../support/graphql-kennel.js';
import { NestApp, type NestAppOptions } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

const TYPES = `
  type Query { dogs: [Dog!]! version: String litter: [Dog] names: [String] }
  type Mutation { adopt(name: String!): Adoption! }
  type Adoption { dog: Dog! query: Query! }
  type Dog { name: String! owner: String bark: String }
`;

const LOST = new RangeError('lost');

@Resolver('Query')
class QueryResolver {
  @Query('dogs')
  dogs(): object[] {
    return [{ name: 'Rex' }, { name: 'Bello' }];
  }
}

/** Each request has one of its own. */
@Injectable({ scope: Scope.REQUEST })
@Resolver('Dog')
class DogResolver {
  @Mutation('adopt')
  adopt(@Args('name') name: string): object {
    return { dog: { name }, query: {} };
  }

  @ResolveField('owner')
  owner(): string {
    throw new RangeError('a stray');
  }
}

let apps: NestApp[] = [];
afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
});

type Server = (typeof GRAPHQL_SERVERS)[number];

async function start({ server, platform }: Server, schema: object, options: NestAppOptions = {}): Promise<NestApp> {
  const app = await NestApp.start(platform, {
    imports: [graphQLModule(server, { typeDefs: TYPES, ...schema })],
    providers: [QueryResolver, DogResolver],
    ...options,
  });
  apps.push(app);
  return app;
}

async function ask(app: NestApp, query: string): Promise<{ data?: unknown; errors?: unknown[] }> {
  const headers = { 'content-type': 'application/json' };
  const { body } = await app.send({ method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query }) });
  return JSON.parse(body) as { data?: unknown; errors?: unknown[] };
}

const succeeded = (metrics: Exposition, type: string, field: string) =>
  metrics.value('nestjs_graphql_operations_total', { type, field, outcome: 'success' });
const failed = (metrics: Exposition, type: string, field: string) =>
  metrics.value('nestjs_graphql_operations_total', { type, field, outcome: 'error' });

describe.each(GRAPHQL_SERVERS)('a schema in the language of GraphQL with $server on $platform', (on) => {
  it('is counted, fields without a resolver too, whatever was made of it', async () => {
    const seen: GraphQLSchema[] = [];
    const app = await start(on, {
      sortSchema: true,
      transformSchema: (schema: GraphQLSchema) => {
        seen.push(schema);
        return schema;
      },
    });
    expect(seen).toHaveLength(1);
    expect(succeeded(await app.scrape(), 'query', 'version')).toBe(0);
    expect((await ask(app, '{ dogs { name } version }')).data).toEqual({
      dogs: [{ name: 'Rex' }, { name: 'Bello' }],
      version: null,
    });
    const metrics = await app.scrape();
    expect([succeeded(metrics, 'query', 'dogs'), succeeded(metrics, 'query', 'version')]).toEqual([1, 1]);
  });

  it('counts a root type below a root field, and resolvers of requests, in that root field', async () => {
    const app = await start(on, {});
    const { errors } = await ask(app, 'mutation { adopt(name: "Rex") { query { dogs { owner } version } } }');
    expect(errors).toHaveLength(2);
    const metrics = await app.scrape();
    expect(failed(metrics, 'mutation', 'adopt')).toBe(1);
    expect(succeeded(metrics, 'query', 'dogs')).toBe(0);
    expect(metrics.sum('nestjs_graphql_exceptions_total')).toBe(2);
    const labels = { type: 'mutation', field: 'adopt', error_type: 'RangeError' };
    expect(metrics.value('nestjs_graphql_exceptions_total', labels)).toBe(2);
  });

  it('counts each error below a root field, also if all of them are the same value', async () => {
    const app = await start(on, { resolvers: { Dog: { bark: () => Promise.reject(undefined) } } });
    expect((await ask(app, '{ dogs { bark } }')).errors).toHaveLength(2);
    const labels = { type: 'query', field: 'dogs', error_type: '_OTHER' };
    expect((await app.scrape()).value('nestjs_graphql_exceptions_total', labels)).toBe(2);
  });

  it('counts the errors of promises that are not of JavaScript itself', async () => {
    const version = () => thenable(Promise.reject(new RangeError('not yet')));
    const app = await start(on, { resolvers: { Query: { version } } });
    expect((await ask(app, '{ version }')).errors).toHaveLength(1);
    const metrics = await app.scrape();
    expect(failed(metrics, 'query', 'version')).toBe(1);
    expect(metrics.sum('nestjs_graphql_exceptions_total')).toBe(1);
  });

  it('counts a list with its promises and errors: that of a field with resolvers below, and of one without', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const list = async (value: unknown) => [held.then(() => value), held.then(() => Promise.reject(LOST)), LOST];
    const lists = { litter: () => list({ name: 'Rex' }), names: () => list('Rex') };
    const app = await start(on, { resolvers: { Query: lists } });
    const answer = ask(app, '{ litter { owner } names }');
    const inFlight = async () => (await app.scrape()).sum('nestjs_graphql_operations_in_flight');
    await waitUntil('both wait for their promises', async () => (await inFlight()) === 2);
    release();
    expect((await answer).errors).toHaveLength(5);
    await waitUntil('both have ended', async () => (await inFlight()) === 0);
    const metrics = await app.scrape();
    expect([failed(metrics, 'query', 'litter'), failed(metrics, 'query', 'names')]).toEqual([1, 1]);
    const exceptions = (field: string) =>
      metrics.value('nestjs_graphql_exceptions_total', { type: 'query', field, error_type: 'RangeError' });
    expect([exceptions('litter'), exceptions('names')]).toEqual([3, 2]);
  });

  it('is as it was once the application has closed', async () => {
    const app = await start(on, {});
    const schema = app.app.get(GraphQLSchemaHost, { strict: false }).schema;
    const { dogs, version } = schema.getQueryType()!.getFields();
    const observed = [dogs!.resolve, version!.resolve];
    await app.close();
    apps = [];
    expect(dogs!.resolve).not.toBe(observed[0]);
    expect(dogs!.resolve).toBeTypeOf('function');
    expect(version!.resolve).toBeUndefined();
  });

  it('leaves what somebody else has put on its driver', async () => {
    let changed: ReturnType<typeof withTheirStart> | undefined;
    const app = await start(on, {}, { prepare: (nest) => void (changed = withTheirStart(nest)) });
    expect(changed?.driver.start).not.toBe(changed?.theirs);
    await app.close();
    apps = [];
    expect(changed?.driver.start).toBe(changed?.theirs);
  });

  it('answers as before once we have left, also where Apollo has put functions around ours', async () => {
    const app = await start(on, {});
    await ask(app, '{ dogs { name } }');
    for (const provider of app.app.get<OnApplicationShutdown[]>(INSTRUMENTATIONS, { strict: false })) {
      provider.onApplicationShutdown?.();
    }
    expect((await ask(app, '{ dogs { name } version }')).data).toMatchObject({ dogs: [{}, {}], version: null });
    expect(succeeded(await app.scrape(), 'query', 'dogs')).toBe(1);
  });

  it('is counted by each of two applications for itself', async () => {
    const [one, two] = [await start(on, {}), await start(on, {})];
    await ask(one, '{ version }');
    await ask(two, '{ version }');
    await ask(two, '{ version }');
    expect(succeeded(await one.scrape(), 'query', 'version')).toBe(1);
    expect(succeeded(await two.scrape(), 'query', 'version')).toBe(2);
  });

  it('adds no series for 10,000 unknown fields', async () => {
    const app = await start(on, {});
    await ask(app, '{ cat }');
    const series = async () => {
      const metrics = await app.scrape();
      return metrics.names.filter((name) => name.startsWith('nestjs_graphql_')).flatMap((name) => metrics.series(name));
    };
    const known = (await series()).length;
    await ask(app, `{ ${Array.from({ length: 10_000 }, (_, index) => `cat${index}`).join(' ')} }`);
    for (let index = 0; index < 100; index += 1) await ask(app, `query cat${index} { cat${index}: cat${index} }`);
    expect(await series()).toHaveLength(known);
    expect(failed(await app.scrape(), 'query', '_unmatched')).toBe(102);
  });
});

/** As the queries of Mongoose and Knex: no promise, but with its method `then`. */
function thenable(promise: Promise<unknown>): object {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
  return { then: promise.then.bind(promise) };
}

/** The driver of an application that somebody has changed before us. */
function withTheirStart(nest: INestApplication) {
  const driver = nest.get<{ start: (options: unknown) => unknown }>(AbstractGraphQLDriver, { strict: false });
  const original = driver.start.bind(driver);
  const theirs = (options: unknown) => original(options);
  driver.start = theirs;
  return { driver, theirs };
}

describe('a schema that Mercurius changes', () => {
  const mercurius = GRAPHQL_SERVERS[2];

  interface Changed {
    readonly graphql: {
      schema: GraphQLSchema;
      transformSchema(change: (schema: GraphQLSchema) => GraphQLSchema): void;
      extendSchema(types: string): void;
      defineResolvers(resolvers: object): void;
    };
  }

  it('is counted with its new fields, and once where resolvers are put around ours', async () => {
    const app = await start(mercurius, {});
    const { graphql } = app.app.getHttpAdapter().getInstance() as unknown as Changed;
    graphql.extendSchema('extend type Query { cats: [String!]! }');
    graphql.defineResolvers({ Query: { cats: () => ['Tom'] } });
    graphql.transformSchema(aroundResolvers);
    expect((await ask(app, '{ cats dogs { name } }')).data).toMatchObject({ cats: ['Tom'] });
    expect((await ask(app, 'mutation { adopt(name: "Rex") { dog { owner } } }')).errors).toHaveLength(1);
    const metrics = await app.scrape();
    expect(succeeded(metrics, 'query', 'cats')).toBe(1);
    expect(succeeded(metrics, 'query', 'dogs')).toBe(1);
    expect(failed(metrics, 'mutation', 'adopt')).toBe(1);
    expect(metrics.sum('nestjs_graphql_exceptions_total')).toBe(1);
  });

  it('is counted with resolvers that are compiled', async () => {
    const app = await start(mercurius, { jit: 1 });
    for (let times = 0; times < 4; times += 1) await ask(app, '{ dogs { name } version }');
    expect(succeeded(await app.scrape(), 'query', 'dogs')).toBe(4);
    expect(succeeded(await app.scrape(), 'query', 'version')).toBe(4);
  });
});

/** As directives that check or measure something do. The schema may be of another copy of graphql than the test's. */
function aroundResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.toString().startsWith('__') || !('getInterfaces' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (resolve !== undefined) field.resolve = async (...args) => resolve(...args);
    }
  }
  return new (schema.constructor as typeof GraphQLSchema)(schema.toConfig());
}

describe('metrics of GraphQL', () => {
  const [apollo] = GRAPHQL_SERVERS;
  const graphqlNames = async (app: NestApp) =>
    (await app.scrape()).names.filter((name) => name.startsWith('nestjs_graphql_'));

  it('do not exist without the GraphQLModule', async () => {
    const app = await NestApp.start('express');
    apps.push(app);
    expect(await graphqlNames(app)).toEqual([]);
  });

  it('do not exist with `graphql: false`, and nothing is observed', async () => {
    const app = await start(apollo, {}, { metrics: { graphql: false } });
    const schema = app.app.get(GraphQLSchemaHost, { strict: false }).schema;
    expect(schema.getQueryType()!.getFields()['version']!.resolve).toBeUndefined();
    expect((await ask(app, '{ version }')).data).toEqual({ version: null });
    expect(await graphqlNames(app)).toEqual([]);
  });

  it('have their buckets', async () => {
    const app = await start(apollo, {}, { metrics: { graphql: { durationBuckets: [1, 2] } } });
    const bounds = (await app.scrape())
      .series('nestjs_graphql_operation_duration_seconds_bucket')
      .filter(({ labels }) => labels['field'] === 'version' && labels['outcome'] === 'error')
      .map(({ labels }) => labels['le']);
    expect(bounds).toEqual(['1', '2', '+Inf']);
  });

  it('keep the resolver that Apollo was given for fields without one', async () => {
    const fieldResolver = () => '1.2.3';
    const app = await start(apollo, { fieldResolver });
    expect((await ask(app, '{ version }')).data).toEqual({ version: '1.2.3' });
  });
});
