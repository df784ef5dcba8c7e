import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter as ExpressBoard } from '@bull-board/express';
import { FastifyAdapter as FastifyBoard } from '@bull-board/fastify';
import { ApolloDriver } from '@nestjs/apollo';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answered, NestApp, type Platform, PLATFORMS, valuesOf } from '../support/nest-app.js';

@Resolver()
class DogsResolver {
  @Query(() => [String])
  dogs(): string[] {
    return ['Rex'];
  }
}

@Controller('dogs')
class DogsController {
  @Get(':id')
  one() {
    return 'Rex';
  }
}

@WebSocketGateway()
class BarkGateway {
  @SubscribeMessage('bark')
  bark(@ConnectedSocket() _client: unknown): string {
    return 'woof';
  }
}

@Module({
  imports: [
    GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true, playground: false, introspection: true }),
  ],
  controllers: [DogsController],
  providers: [DogsResolver, BarkGateway],
})
class KennelModule {}

async function mountBoard(platform: Platform, app: INestApplication): Promise<void> {
  if (platform === 'express') {
    const board = new ExpressBoard();
    board.setBasePath('/queues');
    createBullBoard({ queues: [], serverAdapter: board });
    app.use('/queues', board.getRouter());
    return;
  }
  const board = new FastifyBoard();
  board.setBasePath('/queues');
  createBullBoard({ queues: [], serverAdapter: board });
  const fastify = app.getHttpAdapter() as unknown as { register(plugin: unknown, options: object): Promise<void> };
  await fastify.register(board.registerPlugin(), { prefix: '/queues' });
}

/** As better-auth is set up: a handler of Node's own requests for all that is below a path. */
function mountAuth(platform: Platform, app: INestApplication): void {
  const instance = app.getHttpAdapter().getInstance() as { all(path: string, handler: unknown): void };
  const toNode = (_: IncomingMessage, response: ServerResponse) => response.end('{}');
  if (platform === 'express') instance.all('/api/auth/{*any}', toNode);
  else
    instance.all('/api/auth/*', (request: { raw: IncomingMessage }, reply: { raw: ServerResponse; hijack(): void }) => {
      reply.hijack();
      toNode(request.raw, reply.raw);
    });
}

function mountDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, new DocumentBuilder().build()));
}

const SWAGGER = {
  express: ['GET /docs 200 ×2', 'GET /docs-json 200'],
  fastify: ['GET /docs 200', 'GET /docs-json 200', 'GET /docs/* 200'],
};

/** Its page has several paths, which Express was given as one route. */
const BOARD = {
  express: [
    'GET /queues(/|/metrics-history|/job-schedulers|/queue/:queueName|/queue/:queueName/:jobId) 200 ×2',
    'GET /queues/api/queues 200',
  ],
  fastify: ['GET /queues 200', 'GET /queues/api/queues 200', 'GET /queues/queue/:queueName 200'],
};

const wildcard = { express: '/api/auth/{*any}', fastify: '/api/auth/*' };

describe.each(PLATFORMS)('what other packages register with %s', (platform) => {
  let app: NestApp;

  beforeAll(async () => {
    app = await NestApp.start(platform, {
      imports: [KennelModule],
      prepare: async (nest) => {
        mountAuth(platform, nest);
        mountDocs(nest);
        await mountBoard(platform, nest);
      },
    });
  });

  afterAll(() => app.close());

  const graphql = (query: string) => ({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

  it('GraphQL', async () => {
    const change = await app.changes(async () => {
      expect((await app.send(graphql('{ dogs }'))).body).toContain('Rex');
      await app.send(graphql('{ cats }'));
    });
    expect(answered(change)).toEqual(['POST /graphql 200', 'POST /graphql 400']);
  });

  it('Swagger', async () => {
    const change = await app.changes(async () => {
      expect((await app.send('/docs')).body).toContain('swagger');
      const document = (await app.send('/docs-json')).body;
      expect(document).toContain('/dogs/{id}');
      expect(document).not.toMatch(/metrics|monitor/i);
      await app.send('/docs/swagger-ui.css');
    });
    expect(answered(change)).toEqual(SWAGGER[platform]);
  });

  it('better-auth', async () => {
    const change = await app.changes(async () => {
      await app.send('/api/auth/get-session');
      await app.send({ path: '/api/auth/sign-in/email', method: 'POST' });
    });
    expect(answered(change)).toEqual([`GET ${wildcard[platform]} 200`, `POST ${wildcard[platform]} 200`]);
  });

  it('bull-board', async () => {
    const change = await app.changes(async () => {
      expect((await app.send('/queues')).status).toBe(200);
      expect((await app.send('/queues/api/queues')).body).toContain('queues');
      await app.send('/queues/queue/some-queue');
    });
    expect(answered(change)).toEqual(BOARD[platform]);
  });

  it("socket.io's long polling", async () => {
    const change = await app.changes(async () => {
      expect((await app.send('/socket.io/?EIO=4&transport=polling')).body).toContain('"sid"');
      await app.send('/socket.io/?EIO=4&transport=carrier-pigeon');
    });
    expect(answered(change)).toEqual(['GET /socket.io 200', 'GET /socket.io 400']);
  });

  it('none of them takes a name from a client', async () => {
    const paths = ['/graphql', '/docs', '/docs-json', '/api/auth', '/queues', '/socket.io', '/dogs'];
    const strange = paths.flatMap((path) => [`${path}/stranger`, `${path}stranger`, `/stranger${path}`]);
    await app.changes(() => Promise.all(strange.map((path) => app.send(path))));
    expect(valuesOf(await app.settled(), 'nestjs_http_requests_total', 'route').join(' ')).not.toContain('stranger');
  });
});
