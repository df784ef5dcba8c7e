import {
  All,
  Controller,
  Get,
  Head,
  Module,
  Options,
  Patch,
  Post,
  RequestMethod,
  Scope,
  Search,
  type Type,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Exposition } from '../support/exposition.js';
import { type SentRequest } from '../support/http-client.js';
import { answered, NestApp, type NestAppOptions, type Platform, PLATFORMS, valuesOf } from '../support/nest-app.js';

interface Expected {
  /** `GET /route Controller.handler version`, as nestjs_route_info has it. */
  readonly info: readonly string[];
  /** Each request, and how it is counted. */
  readonly requests: readonly (readonly [SentRequest | string, string])[];
}

/**
 * Boots, and looks twice: at what is there before the first request, and at what requests to known routes add to it,
 * which is no route that was not there. Says what is other than expected.
 */
async function discrepancies(platform: Platform, options: NestAppOptions, expected: Expected): Promise<string[]> {
  const found: string[] = [];
  const compare = (what: string, got: unknown, wanted: unknown) => {
    if (!isDeepStrictEqual(got, wanted)) found.push(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
  };
  const app = await NestApp.start(platform, options);
  try {
    const boot = await app.settled();
    compare('nestjs_route_info', infoOf(boot), expected.info.toSorted());
    compare('routes without series at zero', withoutSeries(boot), []);
    for (const [request, outcome] of expected.requests) {
      const change = await app.changes(() => app.send(request));
      compare(JSON.stringify(request), answered(change), [outcome]);
    }
    const after = await app.settled();
    for (const name of ['nestjs_http_requests_total', 'nestjs_http_requests_aborted_total', 'nestjs_route_info']) {
      compare(`routes of ${name}`, valuesOf(after, name, 'route'), valuesOf(boot, name, 'route'));
    }
    return found;
  } finally {
    await app.close();
  }
}

function withoutSeries(boot: Exposition): string[] {
  return boot.series('nestjs_route_info').flatMap(({ labels: { method = '', route = '' } }) => {
    const names = [
      'nestjs_http_requests_total',
      'nestjs_http_requests_aborted_total',
      'nestjs_http_request_duration_seconds_count',
    ];
    return names
      .filter((name) => boot.series(name, { method, route })[0]?.value !== 0)
      .map((name) => `${route} in ${name}`);
  });
}

function infoOf(metrics: Exposition): string[] {
  return metrics
    .series('nestjs_route_info')
    .filter(({ labels }) => labels['controller'] !== 'MetricsController')
    .map(({ labels: { method, route, controller, handler, version } }) =>
      `${method} ${route} ${controller}.${handler} ${version}`.trim(),
    )
    .toSorted();
}

@Controller('cats')
class CatsController {
  @Get()
  all() {
    return [];
  }

  @Get(':id')
  one() {
    return {};
  }

  @Post(':id')
  replace() {
    return {};
  }
}

describe.each(PLATFORMS)('route templates on %s', (platform) => {
  const routes = (options: NestAppOptions, expected: Expected) => discrepancies(platform, options, expected);

  it.each(['NestFactory', 'Test'] as const)('without a prefix, made by %s', async (madeBy) => {
    expect(
      await routes(
        { controllers: [CatsController], madeBy },
        {
          info: [
            'GET /cats CatsController.all',
            'GET /cats/:id CatsController.one',
            'POST /cats/:id CatsController.replace',
          ],
          requests: [
            ['/cats', 'GET /cats 200'],
            ['/cats?a=/cats/1', 'GET /cats 200'],
            ['/cats/1', 'GET /cats/:id 200'],
            [{ path: '/cats/1', method: 'POST' }, 'POST /cats/:id 201'],
            [{ path: '/cats/1', method: 'HEAD' }, 'HEAD /cats/:id 200'],
            ['/', 'GET _unmatched 404'],
            ['/dogs', 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('with a global prefix and what is excluded from it', async () => {
    @Controller('health')
    class HealthController {
      @Get()
      health() {
        return 'ok';
      }

      @Post()
      reset() {
        return 'ok';
      }
    }
    expect(
      await routes(
        {
          controllers: [CatsController, HealthController],
          prepare: (app) => {
            app.setGlobalPrefix('/api/:tenant/', {
              exclude: [{ path: 'health', method: RequestMethod.GET }, 'cats/:id'],
            });
          },
        },
        {
          info: [
            'GET /api/:tenant/cats CatsController.all',
            'GET /cats/:id CatsController.one',
            'POST /cats/:id CatsController.replace',
            'GET /health HealthController.health',
            'POST /api/:tenant/health HealthController.reset',
          ],
          requests: [
            ['/api/a/cats', 'GET /api/:tenant/cats 200'],
            ['/cats/1', 'GET /cats/:id 200'],
            ['/health', 'GET /health 200'],
            [{ path: '/api/b/health', method: 'POST' }, 'POST /api/:tenant/health 201'],
            ['/api/b/cats/1', 'GET _unmatched 404'],
            ['/api/b/health', 'GET _unmatched 404'],
            ['/cats', 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  @Controller({ path: 'v', version: ['1', '2'] })
  class VersionedController {
    @Get()
    both() {
      return 'both';
    }

    @Get('three')
    @Version('3')
    three() {
      return 'three';
    }

    @Get('any')
    @Version([VERSION_NEUTRAL, '4'])
    any() {
      return 'any';
    }
  }

  @Controller('default')
  class DefaultController {
    @Get()
    get() {
      return 'default';
    }
  }

  @Controller({ path: 'neutral', version: VERSION_NEUTRAL })
  class NeutralController {
    @Get()
    get() {
      return 'neutral';
    }
  }

  const versioned = [VersionedController, DefaultController, NeutralController];

  it('with versions in the URI', async () => {
    expect(
      await routes(
        {
          controllers: versioned,
          prepare: (app) => {
            app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: ['8', '9'] });
          },
        },
        {
          info: [
            'GET /api/v1/v VersionedController.both 1,2',
            'GET /api/v2/v VersionedController.both 1,2',
            'GET /api/v3/v/three VersionedController.three 3',
            'GET /api/v/any VersionedController.any 4',
            'GET /api/v4/v/any VersionedController.any 4',
            'GET /api/v8/default DefaultController.get 8,9',
            'GET /api/v9/default DefaultController.get 8,9',
            'GET /api/neutral NeutralController.get',
          ],
          requests: [
            ['/api/v1/v', 'GET /api/v1/v 200'],
            ['/api/v2/v', 'GET /api/v2/v 200'],
            ['/api/v3/v/three', 'GET /api/v3/v/three 200'],
            ['/api/v/any', 'GET /api/v/any 200'],
            ['/api/v4/v/any', 'GET /api/v4/v/any 200'],
            ['/api/v8/default', 'GET /api/v8/default 200'],
            ['/api/v9/default', 'GET /api/v9/default 200'],
            ['/api/neutral', 'GET /api/neutral 200'],
            ['/api/v1/v/three', 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('with versions in the URI behind a prefix of another name', async () => {
    expect(
      await routes(
        {
          controllers: versioned,
          prepare: (app) => {
            app.enableVersioning({ type: VersioningType.URI, prefix: 'version-' });
          },
        },
        {
          info: [
            'GET /version-1/v VersionedController.both 1,2',
            'GET /version-2/v VersionedController.both 1,2',
            'GET /version-3/v/three VersionedController.three 3',
            'GET /v/any VersionedController.any 4',
            'GET /version-4/v/any VersionedController.any 4',
            'GET /default DefaultController.get',
            'GET /neutral NeutralController.get',
          ],
          requests: [
            ['/version-1/v', 'GET /version-1/v 200'],
            ['/v/any', 'GET /v/any 200'],
            ['/default', 'GET /default 200'],
            ['/v1/v', 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  const outsideOfThePath = {
    info: [
      'GET /v VersionedController.both 1,2',
      'GET /v/three VersionedController.three 3',
      'GET /v/any VersionedController.any 4',
      'GET /default DefaultController.get 8',
      'GET /neutral NeutralController.get',
    ],
    requests: (version: (number: string) => SentRequest['headers'] & object): Expected['requests'] => [
      [{ path: '/v', headers: version('1') }, 'GET /v 200'],
      [{ path: '/v', headers: version('2') }, 'GET /v 200'],
      [{ path: '/v/three', headers: version('3') }, 'GET /v/three 200'],
      [{ path: '/v/any', headers: version('4') }, 'GET /v/any 200'],
      [{ path: '/default', headers: version('8') }, 'GET /default 200'],
      ['/neutral', 'GET /neutral 200'],
      [{ path: '/v', headers: version('3') }, 'GET _unmatched 404'],
      ['/v', 'GET _unmatched 404'],
    ],
  };

  it('with versions in a header', async () => {
    expect(
      await routes(
        {
          controllers: versioned,
          prepare: (app) => {
            app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '8' });
          },
        },
        { info: outsideOfThePath.info, requests: outsideOfThePath.requests((number) => ({ 'x-version': number })) },
      ),
    ).toEqual([]);
  });

  it('with versions in the media type', async () => {
    expect(
      await routes(
        {
          controllers: versioned,
          prepare: (app) => {
            app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '8' });
          },
        },
        {
          info: outsideOfThePath.info,
          requests: outsideOfThePath.requests((number) => ({ accept: `application/json;v=${number}` })),
        },
      ),
    ).toEqual([]);
  });

  it('with versions of its own making', async () => {
    expect(
      await routes(
        {
          controllers: versioned,
          prepare: (app) => {
            app.enableVersioning({
              type: VersioningType.CUSTOM,
              defaultVersion: '8',
              extractor: (request) => (request as { headers: Record<string, string> }).headers['x-custom'] ?? 'none',
            });
          },
        },
        { info: outsideOfThePath.info, requests: outsideOfThePath.requests((number) => ({ 'x-custom': number })) },
      ),
    ).toEqual([]);
  });

  it('with versions of one path in handlers of their own', async () => {
    @Controller('same')
    class SameController {
      @Get()
      @Version('1')
      first() {
        return 'first';
      }

      @Get()
      @Version('2')
      second() {
        throw new Error('second');
      }
    }
    expect(
      await routes(
        {
          controllers: [SameController],
          prepare: (app) => {
            app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
          },
        },
        {
          info: ['GET /same SameController.first 1', 'GET /same SameController.second 2'],
          requests: [
            [{ path: '/same', headers: { 'x-version': '1' } }, 'GET /same 200'],
            [{ path: '/same', headers: { 'x-version': '2' } }, 'GET /same 500'],
            [{ path: '/same', headers: { 'x-version': '3' } }, 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('under the paths of a RouterModule', async () => {
    @Module({ controllers: [CatsController] })
    class InnerModule {}
    @Module({ imports: [InnerModule] })
    class OuterModule {}
    expect(
      await routes(
        {
          imports: [
            OuterModule,
            RouterModule.register([
              { path: 'outer/:o', module: OuterModule, children: [{ path: '/inner', module: InnerModule }] },
            ]),
          ],
          prepare: (app) => {
            app.setGlobalPrefix('api');
          },
        },
        {
          info: [
            'GET /api/outer/:o/inner/cats CatsController.all',
            'GET /api/outer/:o/inner/cats/:id CatsController.one',
            'POST /api/outer/:o/inner/cats/:id CatsController.replace',
          ],
          requests: [
            ['/api/outer/1/inner/cats', 'GET /api/outer/:o/inner/cats 200'],
            ['/api/outer/1/inner/cats/2', 'GET /api/outer/:o/inner/cats/:id 200'],
            ['/api/outer/1/inner', 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of one controller class in two modules with paths of their own', async () => {
    @Module({ controllers: [CatsController] })
    class LeftModule {}
    @Module({ controllers: [CatsController] })
    class RightModule {}
    expect(
      await routes(
        {
          imports: [
            LeftModule,
            RightModule,
            RouterModule.register([
              { path: 'left', module: LeftModule },
              { path: 'right', module: RightModule },
            ]),
          ],
        },
        {
          info: ['left', 'right'].flatMap((side) => [
            `GET /${side}/cats CatsController.all`,
            `GET /${side}/cats/:id CatsController.one`,
            `POST /${side}/cats/:id CatsController.replace`,
          ]),
          requests: [
            ['/left/cats', 'GET /left/cats 200'],
            ['/right/cats', 'GET /right/cats 200'],
            ['/left/cats/1', 'GET /left/cats/:id 200'],
            ['/right/cats/1', 'GET /right/cats/:id 200'],
            ['/cats', 'GET _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of handlers that two controllers inherit', async () => {
    abstract class BaseController {
      @Get('shared/:id')
      shared() {
        return this.constructor.name;
      }

      @Get('overridden')
      overridden() {
        return 'base';
      }
    }
    @Controller('one')
    class OneController extends BaseController {}
    @Controller('two')
    class TwoController extends BaseController {
      @Get('other')
      override overridden() {
        return 'two';
      }
    }
    expect(
      await routes(
        { controllers: [OneController, TwoController] },
        {
          info: [
            'GET /one/shared/:id OneController.shared',
            'GET /one/overridden OneController.overridden',
            'GET /two/shared/:id TwoController.shared',
            'GET /two/other TwoController.overridden',
          ],
          requests: [
            ['/one/shared/1', 'GET /one/shared/:id 200'],
            ['/two/shared/1', 'GET /two/shared/:id 200'],
            ['/one/overridden', 'GET /one/overridden 200'],
            ['/two/other', 'GET /two/other 200'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of array paths on controller and method', async () => {
    @Controller(['dogs', '/hounds/:kennel'])
    class DogsController {
      @Get(['x/:y', '/z', '/'])
      get() {
        return {};
      }
    }
    expect(
      await routes(
        { controllers: [DogsController] },
        {
          info: [
            'GET /dogs/x/:y DogsController.get',
            'GET /dogs/z DogsController.get',
            'GET /dogs DogsController.get',
            'GET /hounds/:kennel/x/:y DogsController.get',
            'GET /hounds/:kennel/z DogsController.get',
            'GET /hounds/:kennel DogsController.get',
          ],
          requests: [
            ['/dogs/x/1', 'GET /dogs/x/:y 200'],
            ['/dogs/z', 'GET /dogs/z 200'],
            ['/dogs', 'GET /dogs 200'],
            ['/hounds/1/x/1', 'GET /hounds/:kennel/x/:y 200'],
            ['/hounds/1/z', 'GET /hounds/:kennel/z 200'],
            ['/hounds/1', 'GET /hounds/:kennel 200'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('with wildcards', async () => {
    const [declared, template] = { express: ['*rest', '*rest'], fastify: ['*', '*'] }[platform];
    @Controller('files')
    class FilesController {
      @Get(declared)
      get() {
        return {};
      }
    }
    expect(
      await routes(
        { controllers: [FilesController] },
        {
          info: [`GET /files/${template} FilesController.get`],
          requests: [
            ['/files/a', `GET /files/${template} 200`],
            ['/files/a/b/c.txt?d', `GET /files/${template} 200`],
            [{ path: '/files/a', method: 'POST' }, 'POST _unmatched 404'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('with optional segments', async () => {
    const template = { express: '/opt{/:o}', fastify: '/opt/:o?' }[platform];
    @Controller()
    class OptionalController {
      @Get(template)
      get() {
        return {};
      }
    }
    expect(
      await routes(
        { controllers: [OptionalController] },
        {
          info: [`GET ${template} OptionalController.get`],
          requests: [
            ['/opt', `GET ${template} 200`],
            ['/opt/1', `GET ${template} 200`],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of request-scoped controllers', async () => {
    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class ScopedController {
      @Get(['a', 'b/:c'])
      get() {
        return {};
      }
    }
    expect(
      await routes(
        { controllers: [ScopedController] },
        {
          info: ['GET /scoped/a ScopedController.get', 'GET /scoped/b/:c ScopedController.get'],
          requests: [
            ['/scoped/a', 'GET /scoped/a 200'],
            ['/scoped/b/1', 'GET /scoped/b/:c 200'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of every method', async () => {
    @Controller('m')
    class MethodsController {
      @All('all')
      all() {
        return 'all';
      }

      @Head('head')
      head() {
        return 'head';
      }

      @Options('options')
      options() {
        return 'options';
      }

      @Patch('patch')
      patch() {
        return 'patch';
      }

      @Search('search')
      search() {
        return 'search';
      }
    }
    expect(
      await routes(
        { controllers: [MethodsController] },
        {
          info: [
            'GET /m/all MethodsController.all',
            'HEAD /m/head MethodsController.head',
            'OPTIONS /m/options MethodsController.options',
            'PATCH /m/patch MethodsController.patch',
            '_OTHER /m/search MethodsController.search',
          ],
          requests: [
            ['/m/all', 'GET /m/all 200'],
            [{ path: '/m/all', method: 'DELETE' }, 'DELETE /m/all 200'],
            [{ path: '/m/head', method: 'HEAD' }, 'HEAD /m/head 200'],
            [{ path: '/m/options', method: 'OPTIONS' }, 'OPTIONS /m/options 200'],
            [{ path: '/m/patch', method: 'PATCH' }, 'PATCH /m/patch 200'],
            [{ path: '/m/search', method: 'SEARCH' }, '_OTHER /m/search 200'],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of a controller for the root, beside a wildcard that takes the rest', async () => {
    const wildcard = { express: '/*rest', fastify: '/*' }[platform];
    @Controller()
    class RootController {
      @Get()
      root() {
        return 'root';
      }

      @Get('known')
      known() {
        return 'known';
      }
    }
    @Controller()
    class RestController {
      @Get(wildcard)
      rest() {
        return 'rest';
      }
    }
    @Module({ controllers: [RootController, RestController] })
    class PagesModule {}
    expect(
      await routes(
        // Express asks in the order of registration: a module after ours leaves /metrics to us.
        { imports: [PagesModule] },
        {
          info: ['GET / RootController.root', 'GET /known RootController.known', `GET ${wildcard} RestController.rest`],
          requests: [
            ['/', 'GET / 200'],
            ['/known', 'GET /known 200'],
            ['/random/1', `GET ${wildcard} 200`],
          ],
        },
      ),
    ).toEqual([]);
  });

  it('of hosts', async () => {
    @Controller({ path: 'hosted/:z', host: ':account.example.com' })
    class HostedController {
      @Get()
      get() {
        return 'hosted';
      }
    }
    @Controller('hosted/:z')
    class PlainController {
      @Get()
      get() {
        throw new Error('plain');
      }
    }
    // Fastify takes one handler for a path, whatever the host.
    const controllers: Type[] = platform === 'express' ? [HostedController, PlainController] : [HostedController];
    const other = platform === 'express' ? 'GET /hosted/:z 500' : 'GET _unmatched 404';
    expect(
      await routes(
        { controllers },
        {
          info: controllers.map(({ name }) => `GET /hosted/:z ${name}.get`),
          requests: [
            [{ path: '/hosted/1', headers: { host: 'a.example.com' } }, 'GET /hosted/:z 200'],
            [{ path: '/hosted/1', headers: { host: 'example.org' } }, other],
          ],
        },
      ),
    ).toEqual([]);
  });
});
