import { type ServerResponse } from 'node:http';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { of } from 'rxjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ActiveSpan } from '../../lib/host/opentelemetry/active-span.js';
import { HttpMetrics } from '../../lib/catalogue/nest/http.metrics.js';
import { type Listener } from '../../lib/observe/events.js';
import { Exchange } from '../../lib/observe/http/exchange.js';
import { Handlers } from '../../lib/observe/http/handlers.js';
import { HttpObserver } from '../../lib/observe/http/http-observer.js';
import { Listeners } from '../../lib/observe/listeners.js';
import { PrometheusCore } from '../../lib/prometheus.core.js';
import { breakEvent } from '../support/broken-event.js';
import { readExposition } from '../support/exposition.js';
import { Connection } from '../support/connection.js';
import { sendRaw } from '../support/http-client.js';
import { adapterFor, NestApp, type NestAppOptions, type Platform, PLATFORMS } from '../support/nest-app.js';
import { type RawRequest, requestText } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';
import { nodeOf, type Wrapped } from '../support/wrapped.js';

@Controller()
class AnswersController {
  @Get('ok')
  ok() {
    return { ok: true };
  }

  @Get('denied')
  @UseGuards({ canActivate: () => false })
  denied() {
    return 'never';
  }

  @Get('number/:number')
  number(@Param('number', ParseIntPipe) number: number) {
    return { number };
  }

  @Get('failing')
  failing() {
    throw new Error('failing');
  }

  @Get('refused')
  refused() {
    throw new BadRequestException(['a', 'b']);
  }

  @Post('echo')
  echo(@Body() body: unknown) {
    return body;
  }

  @Get('file')
  file() {
    return new StreamableFile(Buffer.alloc(300_000, 'f'), { type: 'text/plain', length: 300_000 });
  }

  @Sse('events')
  events() {
    return of('one', 'two');
  }

  @Get('manual')
  manual(@Res() response: Wrapped<ServerResponse>) {
    const raw = nodeOf(response);
    raw.writeHead(203, 'By Hand', { 'x-hand': 'made' });
    raw.write('by ');
    raw.end('hand');
  }
}

@Module({ controllers: [AnswersController] })
class AnswersModule {}

const REQUESTS: readonly RawRequest[] = [
  { path: '/ok' },
  { path: '/ok', method: 'HEAD' },
  { path: '/ok', method: 'OPTIONS' },
  { path: '/ok?query=%00', headers: { accept: 'text/html' } },
  { path: '/denied' },
  { path: '/number/1' },
  { path: '/number/one' },
  { path: '/failing' },
  { path: '/refused' },
  { path: '/nowhere' },
  { path: '/%FF' },
  { path: '/echo', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":"ü"}' },
  { path: '/echo', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":' },
  { path: '/echo', method: 'POST', headers: { 'content-type': 'nonsense' }, body: '\u0000' },
  { path: '/file' },
  { path: '/events' },
  { path: '/manual' },
  { path: '/short' },
];

const APP: NestAppOptions = {
  imports: [AnswersModule],
  prepare: (nest) => {
    nest.enableCors();
    nest.use((request: { url: string }, response: ServerResponse, next: () => void) => {
      if (request.url !== '/short') return next();
      response.end('short');
    });
  },
};

/** Everything that came over the wire but the time of day. */
async function wireOf(app: NestApp): Promise<string[]> {
  const answers: string[] = [];
  for (const request of REQUESTS) {
    const text = requestText({ ...request, headers: { ...request.headers, connection: 'close' } });
    // Nest keeps the connection of events alive, whatever the client wishes.
    const answer = request.path === '/events' ? await eventsOf(app.port, text) : await sendRaw(app.port, text);
    answers.push(answer.replace(/^date: .*$/im, 'date: -'));
  }
  return answers;
}

async function eventsOf(port: number, text: string): Promise<string> {
  const connection = await Connection.open(port);
  await connection.write(text);
  await connection.until(
    'the last chunk came',
    connection.receives((bytes) => bytes.toString().endsWith('\r\n0\r\n\r\n')),
  );
  await connection.leave('close');
  return connection.received.toString();
}

const broken = (): never => {
  throw new Error('broken on purpose');
};

/** Makes a method, or a getter, of one of our classes throw. Returns the function that mends it. */
function breakMethod(prototype: object, name: string): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (prototype === Listeners.prototype && descriptor === undefined) return breakEvent(name, broken);
  if (descriptor === undefined) throw new Error(`There is no ${name}`);
  Object.defineProperty(
    prototype,
    name,
    descriptor.get === undefined ? { ...descriptor, value: broken } : { ...descriptor, get: broken },
  );
  return () => Object.defineProperty(prototype, name, descriptor);
}

const FAULTS: readonly (readonly [string, object, string])[] = [
  ['Listeners.requestReceived', Listeners.prototype, 'requestReceived'],
  ['Listeners.requestAnswered', Listeners.prototype, 'requestAnswered'],
  ['Listeners.exceptionThrown', Listeners.prototype, 'exceptionThrown'],
  ['Listeners.handlerTimed', Listeners.prototype, 'handlerTimed'],
  ['Listeners.routesKnown', Listeners.prototype, 'routesKnown'],
  ['HttpMetrics.requestReceived', HttpMetrics.prototype, 'requestReceived'],
  ['HttpMetrics.requestAnswered', HttpMetrics.prototype, 'requestAnswered'],
  ['HttpMetrics.routesKnown', HttpMetrics.prototype, 'routesKnown'],
  ['HttpMetrics.handlerTimed', HttpMetrics.prototype, 'handlerTimed'],
  ['HttpObserver.begin', HttpObserver.prototype, 'begin'],
  ['HttpObserver.handled', HttpObserver.prototype, 'handled'],
  ['ActiveSpan.current', ActiveSpan.prototype, 'current'],
  ['Handlers.of', Handlers.prototype, 'of'],
  ['Exchange.answered', Exchange.prototype, 'answered'],
  ['Exchange.wrote', Exchange.prototype, 'wrote'],
];

describe.each(PLATFORMS)('on %s', (platform) => {
  let uninstrumented: string[];
  let mend: (() => void) | undefined;

  beforeAll(async () => {
    const app = await NestApp.start(platform, { ...APP, metrics: false });
    uninstrumented = await wireOf(app);
    await app.close();
  });

  afterEach(() => mend?.());

  it.each<[string, NestAppOptions['metrics']]>([
    ['with the options as they are', {}],
    ['with everything on', { http: { handlerDuration: true, timeToFirstByte: true, ignore: ['/denied'] } }],
    ['with HTTP off', { http: false }],
  ])('the application answers as without us, %s', async (_, metrics = {}) => {
    const app = await NestApp.start(platform, { ...APP, metrics });
    expect(await wireOf(app)).toEqual(uninstrumented);
    await app.close();
  });

  it('the application answers the same when a listener throws at every event', async () => {
    const app = await NestApp.start(platform, { ...APP, metrics: { http: { handlerDuration: true } } });
    const listener: Listener = new Proxy({}, { get: () => broken });
    app.app.get(PrometheusCore).listeners.add(listener);
    expect(await wireOf(app)).toEqual(uninstrumented);
    const metrics = await app.scrapeUnchecked();
    expect(metrics.value('nestjs_metrics_errors_total', { part: 'listener' })).toBeGreaterThan(REQUESTS.length);
    expect(metrics.sum('nestjs_http_requests_total', { route: '/ok' })).toBeGreaterThan(0);
    await app.close();
  });

  it.each(FAULTS)('the application answers the same when %s throws', async (_, prototype, name) => {
    mend = breakMethod(prototype, name);
    const app = await NestApp.start(platform, {
      ...APP,
      metrics: { http: { handlerDuration: true, timeToFirstByte: true } },
    });
    expect(await wireOf(app)).toEqual(uninstrumented);
    const { body } = await app.send('/metrics');
    expect(readExposition(body, 'text').sum('nestjs_metrics_errors_total')).toBeGreaterThan(0);
    await app.close();
  });
});

function resources(): string[] {
  return process.getActiveResourcesInfo();
}

function sockets(): string[] {
  return resources().filter((name) => name.startsWith('TCP'));
}

interface Traces {
  readonly handle: unknown;
  readonly requestListeners: readonly unknown[];
  readonly next: unknown;
  readonly processListeners: Readonly<Record<string, number>>;
}

describe.each(PLATFORMS)('after the close of an application on %s', (platform: Platform) => {
  let next: () => unknown;

  beforeAll(async () => {
    const { ExceptionsHandler } = await import('@nestjs/core/exceptions/exceptions-handler.js');
    const handler: { readonly next: unknown } = ExceptionsHandler.prototype;
    next = () => handler.next;
  });

  function tracesOf(instance: object): Traces {
    const { handle, server } = instance as { handle?: unknown; server?: { listeners(name: string): unknown[] } };
    return {
      handle,
      requestListeners: server?.listeners('request') ?? [],
      next: next(),
      processListeners: Object.fromEntries(
        process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      ),
    };
  }

  it.each(['NestFactory', 'Test'] as const)(
    'nothing is patched, no timer, no listener, no socket is left, made by %s',
    async (madeBy) => {
      await waitUntil('the tests before have no sockets left', () => sockets().length === 0);
      const adapter = adapterFor(platform);
      const before = { ...tracesOf(adapter.getInstance()), resources: resources() };
      const app = await NestApp.start(platform, {
        ...APP,
        adapter,
        madeBy,
        metrics: { http: { handlerDuration: true, timeToFirstByte: true } },
      });
      const during = tracesOf(adapter.getInstance());
      expect(during.next).not.toBe(before.next);
      const hooked = {
        express: during.handle !== before.handle,
        fastify: during.requestListeners.length > before.requestListeners.length,
      };
      expect(hooked[platform]).toBe(true);
      await wireOf(app);
      await app.settled();
      const config = app.app.get(ApplicationConfig);
      expect(config.getGlobalGuards()).toHaveLength(1);
      expect(config.getGlobalInterceptors()).toHaveLength(1);
      await app.close();
      expect(tracesOf(adapter.getInstance())).toEqual({ ...before, resources: undefined });
      expect(config.getGlobalGuards()).toEqual([]);
      expect(config.getGlobalInterceptors()).toEqual([]);
      // Timers of the tests themselves come and go.
      await waitUntil('no socket and no timer is left', () => {
        expect(sockets()).toEqual([]);
        expect(resources().length).toBeLessThanOrEqual(before.resources.length);
        return true;
      });
    },
  );
});
