import { once } from 'node:events';
import { createClient, type Client } from 'graphql-ws';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DogsResolver, GRAPHQL_SERVERS, graphQLModule, Kennel } from '../support/graphql-kennel.js';
import { type Delta } from '../support/exposition.js';
import { answered, NestApp } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';
import { waitUntil } from '../support/wait-until.js';

const request = (body: unknown) => ({
  path: '/graphql',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `type field outcome ×times` of what has ended, and `type field error_type` of what was thrown. */
function ended({ changes }: Delta): string[] {
  return changes
    .filter(({ name }) => /^nestjs_graphql_(operations|exceptions)_total$/.test(name))
    .map(({ labels, by }) => `${labels['type']} ${labels['field']} ${labels['outcome'] ?? labels['error_type']} ×${by}`)
    .toSorted();
}

describe.each(GRAPHQL_SERVERS)('GraphQL with $server on $platform', ({ server, platform }) => {
  let app: NestApp;
  let client: Client;
  const kennel = new Kennel();
  const dataSource = new DataSource({ ...SQLITE_IN_MEMORY });

  beforeAll(async () => {
    app = await NestApp.start(platform, {
      imports: [graphQLModule(server, { autoSchemaFile: true })],
      providers: [
        DogsResolver,
        { provide: Kennel, useValue: kennel },
        { provide: DataSource, useFactory: () => dataSource.initialize() },
      ],
      metrics: { http: { queriesPerRequest: true } },
    });
    client = createClient({ url: `ws://127.0.0.1:${app.port}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
  });

  afterAll(async () => {
    await client.dispose();
    await app.close();
    await dataSource.destroy();
  });

  const ask = async (query: string, variables?: object) => {
    const { body } = await app.send(request({ query, variables }));
    return JSON.parse(body) as { data?: unknown; errors?: unknown[] };
  };

  it('has all root fields at zero from boot', async () => {
    const metrics = await app.settled();
    const known = metrics
      .series('nestjs_graphql_operations_in_flight')
      .map(({ labels, value }) => `${labels['type']} ${labels['field']} ${value}`);
    expect(known.toSorted()).toEqual([
      'mutation _unmatched 0',
      'mutation create 0',
      'query _unmatched 0',
      'query dogs 0',
      'query guarded 0',
      'query lost 0',
      'query n 0',
      'query nobody 0',
      'query returned 0',
      'query walked 0',
      'subscription _unmatched 0',
      'subscription barks 0',
      'subscription silence 0',
    ]);
    for (const outcome of ['success', 'error']) {
      expect(metrics.value('nestjs_graphql_operations_total', { type: 'query', field: 'dogs', outcome })).toBe(0);
    }
  });

  it('counts queries and mutations, and the requests of HTTP as before', async () => {
    const change = await app.changes(async () => {
      expect((await ask('{ dogs { name } }')).data).toEqual({ dogs: [{ name: 'Dog 0' }, { name: 'Dog 1' }] });
      expect((await ask('mutation { create(name: "Rex") { name } }')).data).toEqual({ create: { name: 'Rex' } });
    });
    expect(ended(change)).toEqual(['mutation create success ×1', 'query dogs success ×1']);
    expect(answered(change)).toEqual(['POST /graphql 200 ×2']);
  });

  it('counts each root field, alias and operation of a batch', async () => {
    const change = await app.changes(async () => {
      await ask('{ one: dogs { name } two: dogs { name } returned { name } }');
      const batch = Array.from({ length: 3 }, () => ({ query: '{ dogs { name } }' }));
      expect(JSON.parse((await app.send(request(batch))).body)).toHaveLength(3);
    });
    expect(ended(change)).toEqual(['query dogs success ×5', 'query returned TypeError ×1', 'query returned error ×1']);
  });

  it('counts 10,000 aliases as executions of one field', async () => {
    const aliases = Array.from({ length: 10_000 }, (_, index) => `a${index.toString(36)}:n`);
    const before = (await app.settled()).series('nestjs_graphql_operations_total').length;
    const change = await app.changes(() => ask(`{ ${aliases.join(' ')} }`));
    expect(ended(change)).toEqual(['query n success ×10000']);
    expect((await app.settled()).series('nestjs_graphql_operations_total')).toHaveLength(before);
  });

  it('counts errors of resolvers, guards and pipes in the root field', async () => {
    const change = await app.changes(async () => {
      for (const query of [
        '{ lost { name } }',
        '{ guarded { name } }',
        '{ nobody { name } }',
        '{ dogs(count: -1) { name } }',
        'mutation { create(name: "") { name } }',
      ]) {
        expect((await ask(query)).errors).toHaveLength(1);
      }
    });
    expect(ended(change)).toEqual([
      'mutation create GraphQLError ×1',
      'mutation create error ×1',
      'query dogs RangeError ×1',
      'query dogs error ×1',
      'query guarded ForbiddenException ×1',
      'query guarded error ×1',
      'query lost NotFoundException ×1',
      'query lost error ×1',
      'query nobody Error ×1',
      'query nobody error ×1',
    ]);
  });

  it('counts errors and statements of the fields below a root field in it', async () => {
    const change = await app.changes(async () => {
      expect((await ask('{ dogs(count: 5) { owner { name } } returned { name } }')).errors).toHaveLength(2);
    });
    expect(ended(change)).toContain('query dogs RangeError ×1');
    expect(ended(change)).toContain('query dogs error ×1');
    const by = (name: string, labels: object) =>
      change.changes.find((one) => one.name === name && Object.entries(labels).every(([k, v]) => one.labels[k] === v))
        ?.by;
    expect(by('nestjs_graphql_operation_db_queries_sum', { field: 'dogs' })).toBe(6);
    expect(by('nestjs_graphql_operation_db_queries_sum', { field: 'returned' })).toBeUndefined();
    expect(by('nestjs_http_request_db_queries_sum', { route: '/graphql' })).toBe(6);
  });

  it('has what is under way in flight', async () => {
    const change = await app.changes(async () => {
      const walk = ask('{ walked { name } }');
      const walking = async () =>
        (await app.scrape()).value('nestjs_graphql_operations_in_flight', { type: 'query', field: 'walked' });
      await waitUntil('the dog is walked', async () => (await walking()) === 1);
      kennel.release();
      expect((await walk).data).toEqual({ walked: { name: 'Rex' } });
      expect(await walking()).toBe(0);
    });
    expect(ended(change)).toEqual(['query walked success ×1']);
  });

  it('counts requests that are no GraphQL, or ask for unknown fields, as unmatched', async () => {
    const change = await app.changes(async () => {
      await ask('{ dogs {');
      await ask('{ cats }');
      await ask('{ cats }');
      await ask('mutation { create(cat: 1) { name } }');
      await ask('query ($count: Int!) { dogs(count: $count) { name } }', {});
    });
    const outcomes = ended(change).filter((one) => one.includes(' error '));
    expect(outcomes).toEqual(['mutation _unmatched error ×1', 'query _unmatched error ×4']);
  });

  it('does not count introspection', async () => {
    const change = await app.changes(async () => {
      expect((await ask('{ __typename __schema { types { name } } }')).errors).toBeUndefined();
    });
    expect(ended(change)).toEqual([]);
  });

  describe('subscriptions', () => {
    const open = async () => (await app.scrape()).sum('nestjs_graphql_operations_in_flight', { type: 'subscription' });

    /** Subscribes, waits until the server listens, and gives the iterator. */
    const subscribe = async (query = 'subscription { barks { name owner { name } } }') => {
      const listening = once(kennel.barks, 'listening');
      const results = client.iterate<{ barks: { name: string } }>({ query });
      const first = results.next();
      await listening;
      return { results, first };
    };

    it('count when their events end, once', async () => {
      const change = await app.changes(async () => {
        const { results, first } = await subscribe();
        expect(await open()).toBe(1);
        kennel.barks.emit('bark', 'Rex');
        expect((await first).value?.data).toEqual({ barks: { name: 'Rex', owner: { name: 'Owner of Rex' } } });
        kennel.barks.emit('bark', 'Bello');
        await results.next();
        kennel.barks.emit('bark', 'end');
        expect((await results.next()).done).toBe(true);
      });
      expect(ended(change)).toEqual(['subscription barks success ×1']);
      const queries = change.changes.find(({ name }) => name === 'nestjs_graphql_operation_db_queries_sum');
      expect(queries?.by).toBe(2);
    });

    it('are aborted when the client ends them, or is gone', async () => {
      const change = await app.changes(async () => {
        const { results, first } = await subscribe();
        kennel.barks.emit('bark', 'Rex');
        await first;
        await results.return?.();
        await waitUntil('the subscription has ended', async () => (await open()) === 0);
        const { socket, sockets } = await vanishing(app.port);
        await waitUntil('both are open', async () => (await open()) === sockets);
        socket.terminate();
        await waitUntil('no subscription is open', async () => (await open()) === 0);
      });
      expect(ended(change)).toEqual(['subscription barks aborted ×3']);
    });

    it('fail with their events, or if they cannot be made', async () => {
      const change = await app.changes(async () => {
        const { results, first } = await subscribe();
        kennel.barks.emit('bark', 'Dog 3');
        expect((await first).value?.errors).toHaveLength(1);
        const next = results.next();
        kennel.barks.emit('bark', 'fail');
        await Promise.allSettled([next]);
        await Promise.allSettled([client.iterate({ query: 'subscription { silence { name } }' }).next()]);
        await waitUntil('no subscription is open', async () => (await open()) === 0);
      });
      expect(ended(change)).toEqual([
        'subscription barks RangeError ×1',
        'subscription barks TypeError ×1',
        'subscription barks error ×1',
        'subscription silence RangeError ×1',
        'subscription silence error ×1',
      ]);
    });
  });
});

/** A client with two subscriptions that does not say goodbye. */
async function vanishing(port: number): Promise<{ socket: WebSocket; sockets: number }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  for (const id of ['1', '2']) {
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: 'subscription { barks { name } }' } }));
  }
  return { socket, sockets: 2 };
}
