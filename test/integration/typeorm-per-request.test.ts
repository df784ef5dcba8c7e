import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dog, ENTITIES } from '../support/kennel-entities.js';
import { delta } from '../support/exposition.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { SQLITE_IN_MEMORY } from '../support/sqlite.js';

@Controller()
class QueriesController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('none')
  none(): string {
    return 'none';
  }

  @Get('session')
  session(): string {
    return 'session';
  }

  @Get('three')
  async three(): Promise<string> {
    await this.dataSource.getRepository(Dog).find();
    await Promise.all([this.dataSource.query('SELECT 1'), this.dataSource.query('SELECT 2')]);
    return 'three';
  }

  @Post('body')
  async body(@Body() { queries }: { queries: number }): Promise<string> {
    for (let query = 0; query < queries; query++) await this.dataSource.query('SELECT 1');
    return 'body';
  }

  @Get('fails')
  async fails(): Promise<void> {
    await this.dataSource.query('SELEC 1');
  }
}

describe.each(PLATFORMS)('the statements of a request on %s', (platform) => {
  let app: NestApp;
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = new DataSource({
      ...SQLITE_IN_MEMORY,
      entities: ENTITIES,
      synchronize: true,
    });
    app = await NestApp.start(platform, {
      // As a session store does.
      prepare: (nest) => {
        nest.use('/session', async (_request: unknown, _response: unknown, next: () => void) => {
          await dataSource.query('SELECT 1');
          next();
        });
      },
      controllers: [QueriesController],
      providers: [{ provide: DataSource, useFactory: () => dataSource.initialize() }],
      metrics: { http: { queriesPerRequest: true } },
    });
  });
  afterAll(async () => {
    await app.close();
    await dataSource.destroy();
  });

  /** `METHOD route requests/statements` of what `act` adds. */
  async function queriesOf(act: () => Promise<unknown>): Promise<string[]> {
    const { changes } = await app.changes(act);
    const by = (suffix: string, route: unknown) =>
      changes.find(
        ({ name, labels }) => name === `nestjs_http_request_db_queries_${suffix}` && labels['route'] === route,
      )?.by ?? 0;
    const routes = new Set(
      changes
        .filter(({ name }) => name === 'nestjs_http_request_db_queries_count')
        .map(({ labels }) => labels['route'])
        .filter((route) => route !== '/metrics'),
    );
    return [...routes].map((route) => `${route} ${by('count', route)}/${by('sum', route)}`).toSorted();
  }

  it('are counted by route', async () => {
    expect(await queriesOf(() => app.send('/three'))).toEqual(['/three 1/3']);
    expect(await queriesOf(() => app.send('/none'))).toEqual(['/none 1/0']);
    // Fastify runs middleware before any hook could say for whom.
    expect(await queriesOf(() => app.send('/session'))).toEqual([
      platform === 'express' ? '/session 1/1' : '/session 1/0',
    ]);
    expect(await queriesOf(() => app.send('/fails'))).toEqual(['/fails 1/1']);
  });

  it('are counted behind a body that had to be read first', async () => {
    const body = JSON.stringify({ queries: 7 });
    const request = { method: 'POST', path: '/body', body, headers: { 'content-type': 'application/json' } };
    expect(await queriesOf(() => app.send(request))).toEqual(['/body 1/7']);
  });

  it('do not mix with those of requests at the same time, nor with those outside of any', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? '/three' : '/none'));
    const requests = () => [...paths.map((path) => app.send(path)), dataSource.query('SELECT 1')];
    expect(await queriesOf(() => Promise.all(requests()))).toEqual(['/none 10/0', '/three 10/30']);
  });

  it('take time', async () => {
    const before = await app.settled();
    await app.send('/three');
    const { changes } = delta(before, await app.settled());
    const seconds = changes.find(
      ({ name, labels }) => name === 'nestjs_http_request_db_seconds_sum' && labels['route'] === '/three',
    );
    expect(seconds?.by).toBeGreaterThan(0);
    expect(seconds?.by).toBeLessThan(5);
  });
});
