import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArgumentsHost,
  BadRequestException,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  ForbiddenException,
  Get,
  HttpCode,
  HttpException,
  type MiddlewareConsumer,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Redirect,
  Render,
  Req,
  Res,
  Sse,
  StreamableFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { concatMap, map, of, throwError } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Delta } from '../support/exposition.js';
import { type SentRequest } from '../support/http-client.js';
import { aborted, answered, NestApp, PLATFORMS } from '../support/nest-app.js';
import { useViews } from '../support/views.js';
import { nodeOf, type Wrapped } from '../support/wrapped.js';

class TeapotException extends HttpException {
  constructor() {
    super('teapot', 418);
  }
}

class KennelError extends Error {}
class KennelFullError extends KennelError {}
class UnknownError extends Error {}
class ShapedError extends TypeError {}

@Catch(KennelError)
class TeapotFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_: unknown, host: ArgumentsHost) {
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), 'teapot', 418);
  }
}

@Catch()
class FailingFilter implements ExceptionFilter {
  catch(): never {
    throw new RangeError('the filter failed');
  }
}

const unreadable = Object.defineProperty(new Error('unreadable'), 'constructor', {
  get: () => {
    throw new Error('not for you');
  },
});

/** What a handler throws, by its name in the path. */
const THROWN: Readonly<Record<string, () => unknown>> = {
  error: () => new Error('error'),
  type: () => new TypeError('type'),
  shaped: () => new ShapedError('shaped'),
  http: () => new HttpException('http', 422),
  notFound: () => new NotFoundException(),
  teapot: () => new TeapotException(),
  kennel: () => new KennelError('kennel'),
  full: () => new KennelFullError('full'),
  unknown: () => new UnknownError('unknown'),
  string: () => 'string',
  number: () => 7,
  null: () => null,
  undefined: () => undefined,
  object: () => ({ name: 'Error', message: 'not one' }),
  shapeless: () => Object.create(null) as unknown,
  unreadable: () => unreadable,
  named: () => Object.assign(new Error('named'), { name: 'chosen by a client' }),
};

@Catch()
class RethrowingFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

@Controller()
class AnswersController {
  @Get('ok')
  ok() {
    return 'ok';
  }

  @Get('guard/false')
  @UseGuards({ canActivate: () => false })
  guardFalse() {
    return 'never';
  }

  @Get('guard/throws')
  @UseGuards({
    canActivate: () => {
      throw new ForbiddenException('guard');
    },
  })
  guardThrows() {
    return 'never';
  }

  @Get('pipe/:id')
  pipe(@Param('id', ParseIntPipe) id: number) {
    return { id };
  }

  @Get('interceptor/before')
  @UseInterceptors({
    intercept: () => {
      throw new BadRequestException('before');
    },
  })
  interceptorBefore() {
    return 'never';
  }

  @Get('interceptor/after')
  @UseInterceptors({
    intercept: (_, next) => next.handle().pipe(concatMap(() => throwError(() => new Error('after')))),
  })
  interceptorAfter() {
    return 'overruled';
  }

  @Get('interceptor/instead')
  @UseInterceptors({ intercept: () => of('instead') })
  interceptorInstead() {
    return 'never';
  }

  @Get('filtered')
  filtered() {
    throw new KennelError('mapped to 418 by a global filter');
  }

  @Get('filtered/here')
  @UseFilters(TeapotFilter)
  filteredHere() {
    throw new KennelFullError('mapped to 418 by a filter of the method');
  }

  @Get('filtered/badly')
  @UseFilters(FailingFilter)
  filteredBadly() {
    throw new Error('the filter makes it worse');
  }

  @Get('filtered/again')
  @UseFilters(RethrowingFilter)
  filteredAgain() {
    throw new Error('the filter leaves it alone');
  }

  @Post('body')
  body(@Body() body: unknown) {
    return { body };
  }

  @Get('manual')
  manual(@Res() response: Wrapped<ServerResponse>) {
    const raw = nodeOf(response);
    raw.writeHead(202, { 'content-type': 'text/plain' });
    setImmediate(() => raw.end('manual'));
  }

  @Get('redirected')
  @Redirect('/ok', 301)
  redirected() {
    return undefined;
  }

  @Get('file')
  file() {
    return new StreamableFile(Buffer.alloc(100_000, 'f'));
  }

  @Sse('events')
  events() {
    return of(1, 2, 3).pipe(map((number) => ({ data: `${number}` })));
  }

  @Get('rendered')
  @Render('page')
  rendered() {
    return { name: 'Rex' };
  }

  @Get('rendered/never')
  @Render('page')
  renderedNever() {
    throw new BadRequestException();
  }

  @Get('empty')
  @HttpCode(204)
  empty() {
    return undefined;
  }

  @Get('unchanged')
  @HttpCode(304)
  unchanged() {
    return undefined;
  }

  @Get('middleware')
  behindMiddleware() {
    return 'never';
  }

  @Get('thrown/:what')
  async thrown(@Param('what') what: string) {
    await Promise.resolve();
    // Applications throw anything; so does this one.
    // oxlint-disable-next-line typescript/only-throw-error
    throw THROWN[what]?.();
  }

  @Get('late')
  late(@Res() response: Wrapped<ServerResponse>, @Req() _request: Wrapped<IncomingMessage>) {
    nodeOf(response).end('sent');
    throw new Error('after the answer');
  }
}

@Module({ controllers: [AnswersController], providers: [TeapotFilter] })
class AnswersModule {
  configure(consumer: MiddlewareConsumer) {
    consumer
      .apply((_: unknown, response: ServerResponse, _next: unknown) => {
        response.statusCode = 429;
        response.end('slow down');
      })
      .forRoutes('middleware');
  }
}

function exceptions({ changes }: Delta): string[] {
  return changes
    .filter(({ name }) => name === 'nestjs_http_exceptions_total')
    .map(
      ({ labels, by }) =>
        `${labels['controller']}.${labels['handler']} ${labels['error_type']}${by === 1 ? '' : ` ×${by}`}`,
    );
}

interface Expected {
  readonly outcome: string;
  readonly threw: readonly string[];
}

function as(outcome: string, ...threw: readonly string[]): Expected {
  return { outcome, threw: threw.map((one) => `AnswersController.${one}`) };
}

describe.each(PLATFORMS)('whoever answers on %s', (platform) => {
  let app: NestApp;
  let views: string;

  beforeAll(async () => {
    views = mkdtempSync(join(tmpdir(), 'views-'));
    writeFileSync(join(views, 'page.hbs'), '<h1>{{name}}</h1>');
    app = await NestApp.start(platform, {
      imports: [AnswersModule],
      metrics: { http: { errorTypes: [KennelError] } },
      prepare: (nest) => {
        useViews(nest, platform, views);
        nest.enableCors();
        nest.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
          if (request.url?.startsWith('/short') !== true) return next();
          response.statusCode = 401;
          response.end('short');
        });
        nest.useGlobalFilters(new TeapotFilter(nest.get(HttpAdapterHost)));
      },
    });
  });

  afterAll(async () => {
    await app.close();
    rmSync(views, { recursive: true });
  });

  const json = { 'content-type': 'application/json' };

  it.each<[string, SentRequest, Expected]>([
    ['a handler', { path: '/ok' }, as('GET /ok 200')],
    ['a guard that says no', { path: '/guard/false' }, as('GET /guard/false 403', 'guardFalse ForbiddenException')],
    ['a guard that throws', { path: '/guard/throws' }, as('GET /guard/throws 403', 'guardThrows ForbiddenException')],
    ['a pipe', { path: '/pipe/x' }, as('GET /pipe/:id 400', 'pipe BadRequestException')],
    [
      'an interceptor before',
      { path: '/interceptor/before' },
      as('GET /interceptor/before 400', 'interceptorBefore BadRequestException'),
    ],
    [
      'an interceptor after',
      { path: '/interceptor/after' },
      as('GET /interceptor/after 500', 'interceptorAfter Error'),
    ],
    ['an interceptor instead', { path: '/interceptor/instead' }, as('GET /interceptor/instead 200')],
    ['a global filter', { path: '/filtered' }, as('GET /filtered 418', 'filtered KennelError')],
    ['a filter of the method', { path: '/filtered/here' }, as('GET /filtered/here 418', 'filteredHere KennelError')],
    [
      'a filter that fails',
      { path: '/filtered/badly' },
      as('GET /filtered/badly 500', 'filteredBadly Error', 'filteredBadly RangeError'),
    ],
    [
      'a filter that throws what it was given',
      { path: '/filtered/again' },
      as('GET /filtered/again 500', 'filteredAgain Error'),
    ],
    ['a middleware of app.use()', { path: '/short/cut' }, as('GET _unmatched 401')],
    ['a middleware of Nest', { path: '/middleware' }, as('GET /middleware 429')],
    ['nobody', { path: '/nobody' }, as('GET _unmatched 404')],
    [
      'the body parser, bad JSON',
      { path: '/body', method: 'POST', headers: json, body: '{"a":' },
      as('POST _unmatched 400'),
    ],
    [
      'the body parser, too large',
      { path: '/body', method: 'POST', headers: json, body: JSON.stringify('a'.repeat(2_000_000)) },
      as('POST _unmatched 413'),
    ],
    ['a handler with a body', { path: '/body', method: 'POST', headers: json, body: '{"a":1}' }, as('POST /body 201')],
    [
      'a CORS preflight',
      {
        path: '/body',
        method: 'OPTIONS',
        headers: { origin: 'http://example.com', 'access-control-request-method': 'POST' },
      },
      as('OPTIONS _unmatched 204'),
    ],
    ['@Res()', { path: '/manual' }, as('GET /manual 202')],
    ['@Redirect()', { path: '/redirected' }, as('GET /redirected 301')],
    ['a StreamableFile', { path: '/file' }, as('GET /file 200')],
    ['HEAD of a StreamableFile', { path: '/file', method: 'HEAD' }, as('HEAD /file 200')],
    ['events', { path: '/events' }, as('GET /events 200')],
    ['a template', { path: '/rendered' }, as('GET /rendered 200')],
    [
      'a template that was not rendered',
      { path: '/rendered/never' },
      as('GET /rendered/never 400', 'renderedNever BadRequestException'),
    ],
    ['204', { path: '/empty' }, as('GET /empty 204')],
    ['304', { path: '/unchanged' }, as('GET /unchanged 304')],
    ['HEAD', { path: '/ok', method: 'HEAD' }, as('HEAD /ok 200')],
    ['a handler that throws when it has answered', { path: '/late' }, as('GET /late 200', 'late Error')],
    ['Error', { path: '/thrown/error' }, as('GET /thrown/:what 500', 'thrown Error')],
    ['TypeError', { path: '/thrown/type' }, as('GET /thrown/:what 500', 'thrown TypeError')],
    ['a class of TypeError', { path: '/thrown/shaped' }, as('GET /thrown/:what 500', 'thrown TypeError')],
    ['HttpException', { path: '/thrown/http' }, as('GET /thrown/:what 422', 'thrown HttpException')],
    ['NotFoundException', { path: '/thrown/notFound' }, as('GET /thrown/:what 404', 'thrown NotFoundException')],
    ['a class of HttpException', { path: '/thrown/teapot' }, as('GET /thrown/:what 418', 'thrown TeapotException')],
    ['a registered error', { path: '/thrown/kennel' }, as('GET /thrown/:what 418', 'thrown KennelError')],
    ['a class of a registered error', { path: '/thrown/full' }, as('GET /thrown/:what 418', 'thrown KennelError')],
    ['an error of its own', { path: '/thrown/unknown' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['a string', { path: '/thrown/string' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['a number', { path: '/thrown/number' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['null', { path: '/thrown/null' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['undefined', { path: '/thrown/undefined' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['an object', { path: '/thrown/object' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['an object of no class', { path: '/thrown/shapeless' }, as('GET /thrown/:what 500', 'thrown _OTHER')],
    ['an error with a name of its own', { path: '/thrown/named' }, as('GET /thrown/:what 500', 'thrown Error')],
  ])('%s is counted once', async (_, request, { outcome, threw }) => {
    const change = await app.changes(() => app.send(request));
    expect(answered(change)).toEqual([outcome]);
    expect(aborted(change)).toEqual([]);
    expect(exceptions(change)).toEqual(threw);
  });

  it('counts an error that cannot be read', async () => {
    const change = await app.changes(() => app.send('/thrown/unreadable'));
    expect(answered(change)).toEqual(['GET /thrown/:what 500']);
    // Nest 12 trips over it as well, and handles what that throws.
    expect(exceptions(change)).toContain('AnswersController.thrown _OTHER');
  });

  it('counts rendered templates, at zero from boot', async () => {
    const change = await app.changes(async () => {
      expect((await app.send('/rendered')).body).toBe('<h1>Rex</h1>');
      await app.send('/rendered/never');
    });
    expect(change.value('nestjs_http_templates_rendered_total', { template: 'page' })).toBe(1);
  });

  it.each([
    ['/events', 'GET', 1],
    ['/file', 'GET', 1],
    ['/file', 'HEAD', 0],
    ['/ok', 'GET', 0],
    ['/manual', 'GET', 0],
    ['/rendered', 'GET', 0],
  ])('%s to %s: %i streamed answer', async (path, method, count) => {
    const change = await app.changes(() => app.send({ path, method }));
    expect(change.value('nestjs_http_responses_streamed_total', { method, route: path })).toBe(count);
  });
});
