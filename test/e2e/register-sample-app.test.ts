import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { type Exposition, readExposition } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { startRedis, urlOf } from '../support/redis/redis-server.js';
import { needs } from '../support/services.js';
import { StrippedSample } from '../support/stripped-sample.js';
import { waitUntil } from '../support/wait-until.js';

const REGISTER = fileURLToPath(new URL('../../dist/esm/register.js', import.meta.url));

needs('redis')('the sample application without a line of this library, started with register', () => {
  const sample = new StrippedSample();
  let redis: DatabaseProcess;
  let kennel: Kennel;
  let metricsPort: number;
  let socket: Socket | undefined;
  beforeAll(async () => {
    redis = await startRedis();
    metricsPort = await freePortsInARow(2);
    kennel = await startKennel({
      adapter: 'fastify',
      main: sample.main,
      hasDoors: true,
      messagesPort: metricsPort + 1,
      queueUrl: urlOf(redis),
      env: {
        NODE_OPTIONS: `--import ${REGISTER}`,
        PROMETHEUS_SERVER_PORT: String(metricsPort),
        PROMETHEUS_HTTP_QUERIES_PER_REQUEST: 'true',
        PROMETHEUS_TYPEORM_MODELS: 'all',
      },
    });
  });
  afterAll(async () => {
    // On Fastify, Nest waits for it when it closes.
    socket?.disconnect();
    const exitCode = await kennel.stop();
    await redis.stop();
    sample.remove();
    if (exitCode !== 0) throw new Error(`The sample application ended with ${exitCode}:\n${kennel.output}`);
  });

  const scrape = async (): Promise<Exposition> =>
    readExposition((await send(metricsPort, { path: '/metrics' })).bytes, 'text');

  const post = (path: string, body?: object) =>
    send(kennel.port, {
      method: 'POST',
      path,
      body: JSON.stringify(body ?? {}),
      headers: { 'content-type': 'application/json' },
    });

  it('has no route for the metrics', async () => {
    expect((await send(kennel.port, { path: '/metrics' })).status).toBe(404);
  });

  it('shows what comes in by every door, with its SQL, and what goes out', async () => {
    for (let i = 0; i < 3; i += 1) expect((await send(kennel.port, { path: '/dogs' })).status).toBe(200);
    await post('/dogs', { name: 'Laika', breed: 'mongrel', age: 3 });
    for (const name of ['Laika', 'Nobody']) await post(`/arrivals?name=${name}`);
    await post('/graphql', { query: '{ dogs { name } }' });
    expect((await send(kennel.port, { path: '/messages' })).status).toBe(200);
    socket = io(`http://127.0.0.1:${kennel.port}`, { transports: ['websocket'] });
    expect(await socket.emitWithAck('bark', 'Rex')).toBe('Rex barks back.');
    await post('/letters?to=Rex');
    expect((await send(kennel.port, { path: '/neighbour' })).status).toBe(200);

    const expected = {
      'nestjs_metrics_info {}': 1,
      'nestjs_http_requests_total {"method":"GET","route":"/dogs","status":"200"}': 3,
      'nestjs_http_request_db_queries_sum {"method":"GET","route":"/dogs"}': 3,
      // Three dogs are there from the start.
      'typeorm_model_rows_total {"model":"Dog","operation":"insert"}': 4,
      'nestjs_events_operations_total {"event":"dog.arrived","outcome":"success"}': 1,
      'nestjs_events_operations_total {"event":"dog.arrived","outcome":"error"}': 1,
      'nestjs_graphql_operations_total {"field":"dogs","outcome":"success"}': 1,
      'nestjs_graphql_operation_db_queries_sum {"field":"dogs"}': 1,
      'nestjs_rpc_operations_total {"pattern":"dogs.count","outcome":"success"}': 1,
      'nestjs_websocket_operations_total {"event":"bark","outcome":"success"}': 1,
      'nestjs_websocket_connections {"gateway":"BarksGateway"}': 1,
      'nestjs_queue_operations_total {"queue":"letters","outcome":"success"}': 1,
      'nestjs_outgoing_http_requests_total {"status_class":"2xx"}': 1,
      'nestjs_metrics_errors_total {}': 0,
    };
    await waitUntil('all of it is counted', async () => {
      const metrics = await scrape();
      const counted = Object.keys(expected).map((series) => {
        const [name = '', labels = ''] = series.split(' ');
        return [series, metrics.sum(name, JSON.parse(labels) as Record<string, string>)];
      });
      expect(Object.fromEntries(counted)).toEqual(expected);
      return true;
    });
  });
});
