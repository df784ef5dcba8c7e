import { Controller, ForbiddenException, Get, Param, Sse, UseGuards, VersioningType } from '@nestjs/common';
import { interval, map, of, take } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abortAfter } from '../support/http-client.js';
import { aborted, answered, NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

const refuse = { canActivate: () => false };

@Controller({ path: 'users', version: '1' })
class UsersController {
  @Get(':id')
  one(@Param('id') id: string) {
    return { id };
  }

  @Get(':id/orders/:order')
  order(@Param('order') order: string) {
    return { order };
  }

  @Get(':id/secret')
  @UseGuards(refuse)
  secret() {
    return 'never';
  }

  @Get(':id/forbidden')
  forbidden() {
    throw new ForbiddenException();
  }

  @Get(':id/boom')
  boom() {
    throw new Error('boom');
  }

  @Get(':id/slow')
  slow() {
    return new Promise(() => undefined);
  }

  @Sse(':id/four')
  four() {
    return of('a', 'b', 'c', 'd');
  }

  @Sse(':id/endless')
  endless() {
    return interval(5).pipe(
      take(1_000_000),
      map((number) => `${number}`),
    );
  }
}

describe.each(PLATFORMS)('requests to %s with a prefix and URI versions', (platform) => {
  let app: NestApp;

  beforeAll(async () => {
    app = await NestApp.start(platform, {
      controllers: [UsersController],
      prepare: (nest) => {
        nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
      },
    });
  });

  afterAll(() => app.close());

  it.each([
    ['/api/v1/users/42', 'GET /api/v1/users/:id 200'],
    ['/api/v1/users/1', 'GET /api/v1/users/:id 200'],
    ['/api/v1/users/john', 'GET /api/v1/users/:id 200'],
    ['/api/v1/users/j%C3%B6hn?a=1&a=2', 'GET /api/v1/users/:id 200'],
    ['/api/v1/users/7/orders/7', 'GET /api/v1/users/:id/orders/:order 200'],
    ['/api/v1/users/7/secret', 'GET /api/v1/users/:id/secret 403'],
    ['/api/v1/users/7/forbidden', 'GET /api/v1/users/:id/forbidden 403'],
    ['/api/v1/users/7/boom', 'GET /api/v1/users/:id/boom 500'],
    ['/api/v1/users/7/four', 'GET /api/v1/users/:id/four 200'],
    ['/wp-login.php?x=1', 'GET _unmatched 404'],
    ['/nope/abcdef', 'GET _unmatched 404'],
    ['/api/zzz1/aaa', 'GET _unmatched 404'],
    ['/api', 'GET _unmatched 404'],
    ['/api/v1/users', 'GET _unmatched 404'],
    ['/api/v2/users/1', 'GET _unmatched 404'],
    ['/api/users/1', 'GET _unmatched 404'],
    ['/users/1', 'GET _unmatched 404'],
  ])('%s is %s', async (path, outcome) => {
    const change = await app.changes(() => app.send(path));
    expect(answered(change)).toEqual([outcome]);
    expect(aborted(change)).toEqual([]);
  });

  it('gives HEAD the route of its GET, and every other method no more than its name', async () => {
    const head = await app.changes(() => app.send({ method: 'HEAD', path: '/api/v1/users/1' }));
    expect(answered(head)).toEqual(['HEAD /api/v1/users/:id 200']);
    const options = await app.changes(() => app.send({ method: 'OPTIONS', path: '/api/v1/users/1' }));
    expect(answered(options)).toEqual(['OPTIONS _unmatched 404']);
    const propfind = await app.changes(() => app.send({ method: 'PROPFIND', path: '/api/v1/users/1' }));
    expect(answered(propfind)).toEqual(['_OTHER _unmatched 404']);
  });

  it('counts a slow request in flight until its client leaves, then as aborted', async () => {
    const inFlight = () =>
      waitUntil('two requests are in flight', async () => {
        const metrics = await app.scrape();
        return metrics.value('nestjs_http_requests_in_flight', { method: 'GET' }) === 2;
      });
    const change = await app.changes(() => abortAfter(app.port, inFlight(), { path: '/api/v1/users/1/slow' }));
    expect(aborted(change)).toEqual(['GET /api/v1/users/:id/slow']);
    expect(answered(change)).toEqual([]);
  });

  it('counts events that were all sent as one streamed answer', async () => {
    const change = await app.changes(() => app.send('/api/v1/users/1/four'));
    const labels = { method: 'GET', route: '/api/v1/users/:id/four' };
    expect(change.value('nestjs_http_responses_streamed_total', labels)).toBe(1);
    expect(change.value('nestjs_http_request_duration_seconds_count', { ...labels, status_class: '2xx' })).toBe(1);
  });

  it('counts events whose reader leaves at the first one as aborted', async () => {
    const change = await app.changes(() =>
      abortAfter(app.port, 'first body byte', { path: '/api/v1/users/1/endless' }),
    );
    expect(aborted(change)).toEqual(['GET /api/v1/users/:id/endless']);
    expect(answered(change)).toEqual([]);
  });
});
