import { afterAll, beforeAll, expect, it } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import { type DatabaseProcess } from '../support/database-process.js';
import { type Exposition, type Labels } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { startRedis, urlOf } from '../support/redis/redis-server.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

needs('redis')('the other doors of the sample application', () => {
  let redis: DatabaseProcess;
  let kennel: Kennel;
  let before: Exposition;
  beforeAll(async () => {
    redis = await startRedis();
    kennel = await startKennel({
      adapter: 'express',
      hasDoors: true,
      messagesPort: await freePortsInARow(1),
      queueUrl: urlOf(redis),
    });
    before = await kennel.scrape();
  });
  afterAll(async () => {
    const exitCode = await kennel.stop();
    await redis.stop();
    if (exitCode !== 0) throw new Error(`The sample application ended with ${exitCode}:\n${kennel.output}`);
  });

  /** Waits until a series has grown by so much, and not by more. */
  async function expectGrowth(name: string, labels: Labels, by: number): Promise<void> {
    await waitUntil(`${name} ${JSON.stringify(labels)} has grown by ${by}`, async () => {
      const value = (await kennel.scrape()).value(name, labels);
      return value !== undefined && value - (before.value(name, labels) ?? 0) === by;
    });
  }

  const post = (path: string, body = '') =>
    send(kennel.port, { method: 'POST', path, body, headers: { 'content-type': 'application/json' } });

  it('stand at zero from boot', () => {
    const operations = {
      nestjs_events_operations_total: { event: 'dog.arrived' },
      nestjs_graphql_operations_total: { type: 'query', field: 'dog' },
      nestjs_rpc_operations_total: { transport: 'tcp', pattern: 'dogs.fetch' },
      nestjs_websocket_operations_total: { gateway: 'BarksGateway', event: 'bark' },
      nestjs_queue_operations_total: { queue: 'letters' },
      nestjs_schedule_operations_total: { name: 'weighing' },
    };
    for (const [name, labels] of Object.entries(operations)) {
      expect({ name, count: before.sum(name, { ...labels, outcome: 'error' }) }).toEqual({ name, count: 0 });
    }
  });

  it('count events', async () => {
    for (const name of ['Laika', 'Laika', 'Nobody']) await post(`/arrivals?name=${name}`);
    await expectGrowth('nestjs_events_operations_total', { event: 'dog.arrived', outcome: 'success' }, 2);
    await expectGrowth('nestjs_events_operations_total', { event: 'dog.arrived', outcome: 'error' }, 1);
  });

  it('count GraphQL, and its statements', async () => {
    for (const query of ['{ dogs { name } }', '{ dog(id: 0) { name } }', '{ nothing }']) {
      await post('/graphql', JSON.stringify({ query }));
    }
    const dogs = { type: 'query', field: 'dogs' };
    await expectGrowth('nestjs_graphql_operations_total', { ...dogs, outcome: 'success' }, 1);
    await expectGrowth('nestjs_graphql_operations_total', { type: 'query', field: 'dog', outcome: 'error' }, 1);
    await expectGrowth('nestjs_graphql_operation_db_queries_sum', dogs, 1);
    await expectGrowth('nestjs_http_requests_total', { method: 'POST', route: '/graphql', status: '200' }, 2);
  });

  it('count messages over TCP', async () => {
    expect(JSON.parse((await send(kennel.port, { path: '/messages' })).body)).toHaveProperty('answer');
    expect((await send(kennel.port, { path: '/messages?pattern=dogs.fetch' })).status).toBe(500);
    const tcp = (pattern: string, outcome: string) => ({ transport: 'tcp', pattern, outcome });
    await expectGrowth('nestjs_rpc_operations_total', tcp('dogs.count', 'success'), 1);
    await expectGrowth('nestjs_rpc_operations_total', tcp('dogs.fetch', 'error'), 1);
    await expectGrowth('nestjs_rpc_operations_total', tcp('dogs.barked', 'success'), 2);
  });

  it('count WebSockets', async () => {
    const socket: Socket = io(`http://127.0.0.1:${kennel.port}`, { transports: ['websocket'] });
    expect(await socket.emitWithAck('bark', 'Rex')).toBe('Rex barks back.');
    await expectGrowth('nestjs_websocket_connections', { gateway: 'BarksGateway' }, 1);
    socket.emit('bark', '');
    const bark = { gateway: 'BarksGateway', event: 'bark' };
    await expectGrowth('nestjs_websocket_operations_total', { ...bark, outcome: 'success' }, 1);
    await expectGrowth('nestjs_websocket_operations_total', { ...bark, outcome: 'error' }, 1);
    socket.disconnect();
    await expectGrowth('nestjs_websocket_connections', { gateway: 'BarksGateway' }, 0);
  });

  it('count jobs, each attempt, and the lengths of the queue', async () => {
    await post('/letters?to=Rex');
    await post('/letters?to=');
    const letters = { queue: 'letters', name: '_OTHER' };
    await expectGrowth('nestjs_queue_operations_total', { ...letters, outcome: 'success' }, 1);
    await expectGrowth('nestjs_queue_operations_total', { ...letters, outcome: 'error' }, 2);
    await expectGrowth('nestjs_queue_jobs', { queue: 'letters', state: 'failed' }, 1);
  });

  it('count runs of a schedule', async () => {
    const runs = async () =>
      (await kennel.scrape()).value('nestjs_schedule_operations_total', { name: 'feeding', outcome: 'success' }) ?? 0;
    await waitUntil('the dogs are fed', async () => (await runs()) > 0);
    expect((await kennel.scrape()).value('nestjs_schedule_interval_seconds', { name: 'feeding' })).toBe(10);
  });

  it('count requests to other hosts', async () => {
    expect((await send(kennel.port, { path: '/neighbour' })).status).toBe(200);
    expect((await send(kennel.port, { path: '/neighbour?port=4' })).status).toBe(502);
    const host = `127.0.0.1:${kennel.port}`;
    await expectGrowth('nestjs_outgoing_http_requests_total', { method: 'GET', host, status_class: '2xx' }, 1);
    const refused = { method: 'GET', host: 'localhost:4', error_type: 'refused' };
    await expectGrowth('nestjs_outgoing_http_request_errors_total', refused, 1);
  });

  it('cause no error of ours', async () => {
    expect((await kennel.scrape()).sum('nestjs_metrics_errors_total')).toBe(0);
  });
});
