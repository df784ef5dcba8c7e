import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  Inject,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { concat, EMPTY, NEVER, Observable, of, throwError } from 'rxjs';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delta, type Exposition } from '../support/exposition.js';
import { memoryDataSource } from '../support/memory-data-source.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';
import { connectSocket, SOCKET_TRANSPORTS, type SocketClient, socketAdapter } from '../support/websocket-client.js';

const refusing = { canActivate: () => false };
const failingPipe: PipeTransform = {
  transform: () => {
    throw new BadRequestException('no dog');
  },
};
const failingInterceptor: NestInterceptor = {
  intercept: () => throwError(() => new RangeError('not today')),
};
const passingInterceptor: NestInterceptor = { intercept: (_context, next) => next.handle() };

@Catch(TypeError)
class SilentFilter implements ExceptionFilter {
  catch(_error: unknown, _host: ArgumentsHost): void {
    // The client is told nothing.
  }
}

/** Settled by the tests, in the order of the calls. */
const held: ((result: unknown) => void)[] = [];
/** Observables that are subscribed to and not unsubscribed from. */
let subscriptions = 0;

@WebSocketGateway()
class DogsGateway {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @SubscribeMessage('at once')
  atOnce(@MessageBody() data: unknown): object {
    return { event: 'answer', data };
  }

  @SubscribeMessage('later')
  async later(@MessageBody() data: unknown): Promise<object> {
    await Promise.resolve();
    return { event: 'answer', data };
  }

  @SubscribeMessage('nothing')
  nothing(): void {
    // Answers nothing.
  }

  @SubscribeMessage('stream')
  stream(@MessageBody() data: unknown): Observable<object> {
    return of({ event: 'answer', data }, { event: 'answer', data });
  }

  @UseInterceptors(passingInterceptor)
  @SubscribeMessage('intercepted')
  async intercepted(@MessageBody() data: unknown): Promise<object> {
    await Promise.resolve();
    return { event: 'answer', data };
  }

  @SubscribeMessage('throws')
  throws(): void {
    throw new WsException('bad dog');
  }

  @SubscribeMessage('rejects')
  async rejects(): Promise<void> {
    await Promise.resolve();
    throw new RangeError('too many dogs');
  }

  @SubscribeMessage('breaks off')
  breaksOff(@MessageBody() data: unknown): Observable<object> {
    return concat(
      of({ event: 'answer', data }),
      throwError(() => new SyntaxError('in the middle')),
    );
  }

  @UseGuards(refusing)
  @SubscribeMessage('guarded')
  guarded(): void {
    throw new Error('The guard lets nobody in.');
  }

  @SubscribeMessage('piped')
  piped(@MessageBody(failingPipe) _data: unknown): void {
    throw new Error('The pipe lets nothing through.');
  }

  @UseInterceptors(failingInterceptor)
  @SubscribeMessage('interceptor')
  interceptor(): void {
    throw new Error('The interceptor does not call it.');
  }

  @UseFilters(new SilentFilter())
  @SubscribeMessage('filtered')
  filtered(): void {
    throw new TypeError('nobody hears of it');
  }

  @SubscribeMessage('held')
  held(): Promise<unknown> {
    return new Promise((resolve) => held.push(resolve));
  }

  @SubscribeMessage('endless')
  endless(): Observable<unknown> {
    return new Observable(() => {
      subscriptions += 1;
      return () => {
        subscriptions -= 1;
      };
    });
  }

  @SubscribeMessage('queries')
  async queries(@MessageBody() statements: number): Promise<object> {
    for (let i = 0; i < statements; i++) await this.dataSource.query('SELECT 1');
    return { event: 'answer', data: statements };
  }
}

const SUCCEED = ['at once', 'later', 'stream', 'nothing', 'intercepted'];
const FAIL: Readonly<Record<string, string>> = {
  throws: 'WsException',
  rejects: 'RangeError',
  'breaks off': 'SyntaxError',
  guarded: 'WsException',
  piped: 'BadRequestException',
  interceptor: 'RangeError',
  filtered: 'TypeError',
};
const OTHERS = ['held', 'endless', 'queries'];

const gateway = 'DogsGateway';
const ended = (metrics: Exposition, event: string, outcome: string) =>
  metrics.value('nestjs_websocket_operations_total', { gateway, event, outcome });
const inFlight = (metrics: Exposition, event: string) =>
  metrics.value('nestjs_websocket_operations_in_flight', { gateway, event });

/** What the platforms differ in does not depend on the library. */
const COMBINATIONS = [
  { transport: SOCKET_TRANSPORTS[0], platform: PLATFORMS[0] },
  { transport: SOCKET_TRANSPORTS[1], platform: PLATFORMS[0] },
  { transport: SOCKET_TRANSPORTS[0], platform: PLATFORMS[1] },
];

describe.each(COMBINATIONS)('messages of $transport on $platform', ({ transport, platform }) => {
  let app: NestApp;
  let client: SocketClient;
  const connect = () => connectSocket(transport, app.port);

  beforeAll(async () => {
    const dataSource = memoryDataSource();
    app = await NestApp.start(platform, {
      nest: { logger: false },
      providers: [DogsGateway, { provide: DataSource, useFactory: () => dataSource.initialize() }],
      metrics: { http: { queriesPerRequest: true } },
      prepare: (nest) => void nest.useWebSocketAdapter(socketAdapter(transport, nest)),
    });
    client = await connect();
  });
  afterAll(async () => {
    client.close();
    await app.close();
    await app.app.get(DataSource).destroy();
  });

  /** The metrics once so many messages have ended since `before`. */
  const afterEnds = (before: Exposition, count: number) =>
    waitUntil(`${count} messages have ended`, async () => {
      const metrics = await app.scrape();
      const more = metrics.sum('nestjs_websocket_operations_total') - before.sum('nestjs_websocket_operations_total');
      return more >= count && metrics;
    });

  it('exist at zero from boot', async () => {
    const metrics = await app.scrape();
    for (const event of [...SUCCEED, ...Object.keys(FAIL), ...OTHERS]) {
      expect(inFlight(metrics, event)).toBe(0);
      expect(metrics.value('nestjs_websocket_operation_db_queries_count', { gateway, event })).toBe(0);
      for (const outcome of ['success', 'error', 'aborted']) expect(ended(metrics, event, outcome)).toBe(0);
    }
  });

  it('are counted as their clients sent them, and answered as ever', async () => {
    const before = await app.scrape();
    const others = await Promise.all([connect(), connect()]);
    const sent = new Map<string, number>();
    for (let i = 0; i < 200; i++) {
      const events = [...SUCCEED, ...Object.keys(FAIL)];
      const event = events[(i * 7) % events.length]!;
      sent.set(event, (sent.get(event) ?? 0) + 1);
      [client, ...others][i % 3]!.send(event, i);
    }
    const metrics = await afterEnds(before, 200);
    for (const event of SUCCEED) {
      expect([event, ended(metrics, event, 'success'), ended(metrics, event, 'error')]).toEqual([
        event,
        sent.get(event),
        0,
      ]);
    }
    for (const [event, error_type] of Object.entries(FAIL)) {
      expect([event, ended(metrics, event, 'error'), ended(metrics, event, 'success')]).toEqual([
        event,
        sent.get(event),
        0,
      ]);
      const thrown = metrics.value('nestjs_websocket_exceptions_total', { gateway, event, error_type });
      expect([event, error_type, thrown]).toEqual([event, error_type, sent.get(event)]);
    }
    expect(metrics.sum('nestjs_websocket_operations_in_flight')).toBe(0);
    expect(metrics.sum('nestjs_websocket_operation_duration_seconds_count')).toBe(
      metrics.sum('nestjs_websocket_operations_total'),
    );
    // Each answers once, but for the stream, which answers twice, and the stream that breaks off after one.
    const answers = ['at once', 'later', 'intercepted', 'stream', 'stream', 'breaks off'];
    const expected = answers.reduce((sum, event) => sum + sent.get(event)!, 0);
    const received = () =>
      [client, ...others].flatMap((one) => one.received).filter(({ event }) => event === 'answer').length;
    await waitUntil('all answers have come', () => received() === expected);
    for (const other of others) other.close();
  });

  it('are in flight until their promise settles, even if the client has left', async () => {
    const leaving = await connect();
    leaving.send('held');
    client.send('held');
    await waitUntil('both are held', () => held.length === 2);
    leaving.vanish();
    await leaving.closed;
    expect(inFlight(await app.scrape(), 'held')).toBe(2);
    for (const release of held.splice(0)) release(undefined);
    const metrics = await waitUntil('none is in flight', async () => {
      const now = await app.scrape();
      return inFlight(now, 'held') === 0 && now;
    });
    expect(ended(metrics, 'held', 'success')).toBe(2);
  });

  it.each(['close', 'vanish'] as const)(
    'are aborted when their client leaves in the middle of a stream: %s',
    async (leave) => {
      const before = await app.scrape();
      const leaving = await connect();
      for (let i = 0; i < 3; i++) leaving.send('endless');
      await waitUntil('all are subscribed to', () => subscriptions === 3);
      expect(inFlight(await app.scrape(), 'endless')).toBe(3);
      leaving[leave]();
      const metrics = await afterEnds(before, 3);
      expect(ended(metrics, 'endless', 'aborted')).toBe(ended(before, 'endless', 'aborted')! + 3);
      expect([inFlight(metrics, 'endless'), subscriptions]).toEqual([0, 0]);
    },
  );

  it('are aborted when their promise leads to a stream and nobody is there any more', async () => {
    const before = await app.scrape();
    const leaving = await connect();
    leaving.send('held');
    await waitUntil('it is held', () => held.length === 1);
    leaving.vanish();
    await waitUntil('the connection has closed', async () => {
      const now = await app.scrape();
      return now.value('nestjs_websocket_connections', { gateway }) === 1;
    });
    held.shift()?.(NEVER);
    const metrics = await afterEnds(before, 1);
    expect(ended(metrics, 'held', 'aborted')).toBe(1);
    expect(inFlight(metrics, 'held')).toBe(0);
  });

  it('that lead to an empty stream succeed', async () => {
    const before = await app.scrape();
    client.send('held');
    await waitUntil('it is held', () => held.length === 1);
    held.shift()?.(EMPTY);
    const metrics = await afterEnds(before, 1);
    expect(ended(metrics, 'held', 'success')).toBe(ended(before, 'held', 'success')! + 1);
  });

  it('have their statements, which no request has', async () => {
    const before = await app.settled();
    for (const statements of [3, 0, 2]) client.send('queries', statements);
    await afterEnds(before, 3);
    const { changes } = delta(before, await app.settled());
    const by = (name: string, labels: Readonly<Record<string, string>>) =>
      changes.find(
        (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      )?.by ?? 0;
    const operation = { gateway, event: 'queries' };
    expect(by('nestjs_websocket_operation_db_queries_count', operation)).toBe(3);
    expect(by('nestjs_websocket_operation_db_queries_sum', operation)).toBe(5);
    expect(by('nestjs_websocket_operation_db_seconds_sum', operation)).toBeGreaterThan(0);
    expect(changes.filter(({ name }) => name === 'nestjs_http_request_db_queries_sum')).toEqual([]);
  });

  it('that nobody declared add no series', async () => {
    const before = await app.scrape();
    const series = before.families.get('nestjs_websocket_operations_total')!.samples.length;
    for (let i = 0; i < 10_000; i++) client.send(`cat.${i}`, i);
    client.send('at once', 'the last one');
    const metrics = await afterEnds(before, 1);
    expect(metrics.families.get('nestjs_websocket_operations_total')!.samples).toHaveLength(series);
    expect(delta(before, metrics).changes.filter(({ name }) => name === 'nestjs_websocket_operations_total')).toEqual([
      expect.objectContaining({ by: 1 }),
    ]);
  });
});
