import { type IncomingMessage, type ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
  Scope,
  UnauthorizedException,
} from '@nestjs/common';
import express, { type Express } from 'express';
import { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SentRequest } from '../support/http-client.js';
import { Connection } from '../support/connection.js';
import { aborted, answered, inFlight, NestApp, type Platform, PLATFORMS, valuesOf } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

type Next = (reason?: unknown) => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

const answer: Middleware = (_, response) => response.end('answered');
const pass: Middleware = (_, __, next) => next();
const fail: Middleware = () => {
  throw new Error('failed');
};

@Controller('cats')
class CatsController {
  @Get(':id')
  one() {
    return 'cat';
  }

  @Post()
  create() {
    return 'created';
  }
}

/** Made for each request, before any guard is asked. */
@Injectable({ scope: Scope.REQUEST })
class BrokenProvider {
  constructor() {
    throw new Error('not today');
  }
}

@Controller('scoped')
class ScopedController {
  constructor(@Inject(BrokenProvider) readonly provider: BrokenProvider) {}

  @Get(':id')
  one() {
    return 'one';
  }
}

@Module({ controllers: [CatsController, ScopedController], providers: [BrokenProvider] })
class CatsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(pass).forRoutes(CatsController);
    consumer.apply(answer).forRoutes('board');
    consumer
      .apply(() => {
        throw new UnauthorizedException();
      })
      .forRoutes('closed/:door');
  }
}

const MIDDLEWARE: readonly (readonly [path: string | string[] | RegExp, Middleware])[] = [
  ['/mounted', answer],
  ['/passing', pass],
  ['/failing', fail],
];

/** As GraphQL, Swagger, better-auth and bull-board register: with Express itself, not with Nest. */
function registerWithExpress(app: Express): void {
  app.use('/:tenant/mounted', answer);
  app.use(['/several', /^\/expressi/], answer);
  app.all('/api/auth/{*splat}', answer);
  app.get('/docs-json', answer);
  app.get('/:tenant/raw/:id', answer);
  app.get(/^\/regular\/\d+$/, answer);
  app.all('/route/passing', pass);
  app.get('/route/failing', fail);
  app.get('/route/rejecting', () => Promise.reject(new Error('rejected')));
  app.get('/endless', () => undefined);

  const queues = express.Router();
  const inner = express.Router();
  inner.get('/of/:queue', answer);
  inner.use('/anything', answer);
  queues.use(pass);
  queues.get('/', answer);
  queues.get('/jobs/:id', answer);
  queues.get('/failing/:id', fail);
  queues.use('/inner', inner);
  queues.use('/again', queues);
  app.use('/queues', queues);
  // What is registered once the router has its place.
  queues.get('/late/:id', answer);
  inner.use('/late', answer);

  const board = express();
  board.use('/static', answer);
  board.get('/api/:queue', answer);
  app.use('/:tenant/board', board);

  const unmounted = express.Router();
  unmounted.get('/unmounted/:id', answer);
  app.use(unmounted);
}

const ON_EXPRESS: readonly (readonly [SentRequest | string, string])[] = [
  ['/acme/mounted/x', 'GET /:tenant/mounted 200'],
  ['/several/x', 'GET (/several|/^\\/expressi/) 200'],
  ['/expressi', 'GET (/several|/^\\/expressi/) 200'],
  ['/api/auth/sign-in/social', 'GET /api/auth/{*splat} 200'],
  ['/docs-json', 'GET /docs-json 200'],
  [{ path: '/docs-json', method: 'HEAD' }, 'HEAD /docs-json 200'],
  [{ path: '/docs-json', method: 'POST' }, 'POST _unmatched 404'],
  ['/acme/raw/17', 'GET /:tenant/raw/:id 200'],
  ['/regular/17', 'GET /^\\/regular\\/\\d+$/ 200'],
  ['/regular/x', 'GET _unmatched 404'],
  ['/route/passing', 'GET _unmatched 404'],
  ['/route/failing', 'GET /route/failing 500'],
  ['/route/rejecting', 'GET /route/rejecting 500'],
  ['/queues', 'GET /queues 200'],
  ['/queues/jobs/17', 'GET /queues/jobs/:id 200'],
  ['/queues/failing/17', 'GET /queues/failing/:id 500'],
  ['/queues/late/17', 'GET /queues/late/:id 200'],
  ['/queues/nothing', 'GET _unmatched 404'],
  ['/queues/inner/of/17', 'GET /queues/inner/of/:queue 200'],
  ['/queues/inner/anything/17', 'GET /queues/inner/anything 200'],
  ['/queues/inner/late/17', 'GET /queues/inner/late 200'],
  ['/acme/board/static/17', 'GET /:tenant/board 200'],
  ['/acme/board/api/17', 'GET /:tenant/board/api/:queue 200'],
  ['/unmounted/17', 'GET /unmounted/:id 200'],
  ['/scoped/17', 'GET /scoped/:id 500'],
];

function registerWithFastify(app: FastifyInstance): void {
  app.all('/api/auth/*', () => 'answered');
  app.get('/docs-json', () => 'answered');
  app.get('/:tenant/raw/:id', () => 'answered');
  app.post('/json', () => 'answered');
  app.get('/route/failing', fail as () => never);
  app.get('/not/found', (_, reply) => {
    reply.callNotFound();
    return reply;
  });
  app.get('/endless', () => new Promise(() => undefined));
  void app.register(
    (queues, _, done) => {
      queues.get('/jobs/:id', () => 'answered');
      done();
    },
    { prefix: '/queues' },
  );
}

const ON_FASTIFY: typeof ON_EXPRESS = [
  ['/api/auth/sign-in/social', 'GET /api/auth/* 200'],
  ['/docs-json', 'GET /docs-json 200'],
  [{ path: '/docs-json', method: 'HEAD' }, 'HEAD /docs-json 200'],
  [{ path: '/docs-json', method: 'POST' }, 'POST _unmatched 404'],
  ['/acme/raw/17', 'GET /:tenant/raw/:id 200'],
  ['/route/failing', 'GET /route/failing 500'],
  ['/not/found', 'GET _unmatched 404'],
  ['/scoped/17', 'GET _unmatched 500'],
  ['/queues/jobs/17', 'GET /queues/jobs/:id 200'],
  ['/queues/nothing', 'GET _unmatched 404'],
  [{ path: '/json', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":' }, 'POST /json 400'],
];

const ON_BOTH: typeof ON_EXPRESS = [
  ['/mounted', 'GET /mounted 200'],
  ['/mounted/by/17?x=1', 'GET /mounted 200'],
  ['/passing/x', 'GET _unmatched 404'],
  ['/failing/x', 'GET /failing 500'],
  ['/board', 'GET /board 200'],
  ['/closed/17', 'GET /closed/:door 401'],
  ['/global', 'GET _unmatched 204'],
  ['/cats/1', 'GET /cats/:id 200'],
  [{ path: '/cats', method: 'POST' }, 'POST /cats 201'],
  [
    { path: '/cats', method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":' },
    'POST _unmatched 400',
  ],
  ['/cats', 'GET _unmatched 404'],
  ['/wp-login.php', 'GET _unmatched 404'],
];

const FRAMEWORKS = {
  express: { register: registerWithExpress as (app: never) => void, requests: [...ON_BOTH, ...ON_EXPRESS] },
  fastify: { register: registerWithFastify as (app: never) => void, requests: [...ON_BOTH, ...ON_FASTIFY] },
};

function prepared(platform: Platform) {
  return (app: INestApplication) => {
    app.use(((request, response, next) => {
      if (request.url !== '/global') return next();
      response.statusCode = 204;
      response.end();
    }) satisfies Middleware);
    for (const [path, middleware] of MIDDLEWARE) app.use(path, middleware);
    FRAMEWORKS[platform].register(app.getHttpAdapter().getInstance() as never);
  };
}

describe.each(PLATFORMS)('what is registered with %s itself', (platform) => {
  let app: NestApp;

  beforeAll(async () => {
    app = await NestApp.start(platform, { imports: [CatsModule], prepare: prepared(platform) });
  });

  afterAll(() => app.close());

  it.each(FRAMEWORKS[platform].requests)('%j is %s', async (request, outcome) => {
    expect(answered(await app.changes(() => app.send(request)))).toEqual([outcome]);
  });

  it('is counted where a client left', async () => {
    const change = await app.changes(async () => {
      const connection = await Connection.open(app.port);
      await connection.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await waitUntil('it is in flight', async () => inFlight(await app.scrape()) === 2);
      await connection.leave('reset');
    });
    expect(aborted(change)).toEqual(['GET /endless']);
  });

  it('has no name that a client has chosen', async () => {
    const routes = async () => valuesOf(await app.settled(), 'nestjs_http_requests_total', 'route');
    for (const [request] of FRAMEWORKS[platform].requests) await app.send(request);
    const before = await routes();
    for (const [request] of FRAMEWORKS[platform].requests) {
      const { path = '', ...rest } = typeof request === 'string' ? { path: request } : request;
      await app.send({ ...rest, path: path.replace('acme', 'stranger').replace('17', '4711') });
      await app.send({ ...rest, path: `/stranger${path}` });
    }
    expect(await routes()).toEqual(before);
  });
});

describe('an Express application that was there before Nest', () => {
  it('has its routes, and its middleware under a path', async () => {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    const there = express();
    registerWithExpress(there);
    const app = await NestApp.start('express', { imports: [CatsModule], adapter: new ExpressAdapter(there) });
    for (const [request, outcome] of ON_EXPRESS) {
      expect(answered(await app.changes(() => app.send(request)))).toEqual([outcome]);
    }
    await app.close();
  });
});

describe('under a global prefix', () => {
  it.each(PLATFORMS)(
    'the 404 of Nest and that of %s are nobody, and what is registered is somebody',
    async (platform) => {
      const app = await NestApp.start(platform, {
        imports: [CatsModule],
        prepare: (nest) => {
          nest.setGlobalPrefix('api', { exclude: ['cats/:id'] });
          nest.use('/passing', pass);
          nest
            .getHttpAdapter()
            .getInstance()
            .get('/raw/:id', (_: unknown, response: { send(text: string): void }) => response.send('raw'));
        },
      });
      const change = await app.changes(async () => {
        for (const path of [
          '/raw/17',
          '/raw',
          '/api',
          '/api/nothing',
          '/nothing',
          '/passing',
          '/cats/1',
          '/api/board',
        ]) {
          await app.send(path);
        }
        await app.send({ path: '/cats/1', method: 'POST' });
      });
      expect(answered(change)).toEqual([
        'GET /api/board 200',
        'GET /cats/:id 200',
        'GET /raw/:id 200',
        'GET _unmatched 404 ×5',
        'POST _unmatched 404',
      ]);
      await app.close();
    },
  );
});

describe.each(PLATFORMS)('after the application has closed, %s', (platform) => {
  it('has its own methods again', async () => {
    const app = await NestApp.start(platform, { imports: [CatsModule], prepare: prepared(platform) });
    const adapter = app.app.getHttpAdapter();
    const instance = adapter.getInstance() as { router?: { stack: object[] } };
    await app.close();
    for (const name of ['use', 'setNotFoundHandler', 'createMiddlewareFactory']) {
      expect(Object.hasOwn(adapter, name), name).toBe(false);
    }
    const layers = platform === 'express' ? (instance.router?.stack ?? []) : [];
    expect(layers.filter((layer) => Object.hasOwn(layer, 'handleRequest'))).toEqual([]);
    expect(Object.hasOwn(instance.router ?? {}, 'use')).toBe(false);
  });
});
