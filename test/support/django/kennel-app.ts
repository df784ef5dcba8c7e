import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import {
  Body,
  type CanActivate,
  Controller,
  Delete,
  Get,
  HttpStatus,
  type ModuleMetadata,
  Inject,
  Param,
  Post,
  Put,
  Render,
  Res,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { type Cache } from 'cache-manager';
import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DataSource, QueryFailedError } from 'typeorm';
import { type Exposition } from '../exposition.js';
import { type SentRequest } from '../http-client.js';
import { Dog } from '../kennel-entities.js';
import { NestApp, type Platform } from '../nest-app.js';
import { SQLITE_IN_MEMORY } from '../sqlite.js';
import { useViews } from '../views.js';
import { waitUntil } from '../wait-until.js';

const beside = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** What django-prometheus exposes after `REQUESTS`, written by `capture.py`. */
export const EXPOSED_BY_DJANGO = beside('exposition.txt');

export const REQUESTS = JSON.parse(beside('requests.json')) as readonly SentRequest[];

/** What Express's and Fastify's responses have in common. */
interface AnyResponse {
  status(code: number): AnyResponse;
  type(contentType: string): AnyResponse;
  send(body: Uint8Array): unknown;
}

const NO_ENTRY: CanActivate = { canActivate: () => false };

/** The views of `kennel/views.py`. */
@Controller()
export class KennelController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
  ) {}

  @Get('dogs')
  async listDogs(): Promise<readonly string[]> {
    return (await this.dogs.find()).map(({ name }) => name);
  }

  @Post('dogs/add')
  async addDog(@Body() { name }: Dog, @Res({ passthrough: true }) response: AnyResponse): Promise<object> {
    try {
      await this.dogs.insert({ name });
    } catch (error) {
      if (!(error instanceof QueryFailedError)) throw error;
      response.status(HttpStatus.CONFLICT);
    }
    return {};
  }

  @Post('dogs/litter')
  async addLitter(@Body() names: readonly string[]): Promise<object> {
    await this.dogs.insert(names.map((name) => ({ name })));
    return {};
  }

  @Put('dogs/:name/change')
  async changeDog(@Param('name') name: string): Promise<object> {
    await this.dogs.update({ name }, { name });
    return {};
  }

  @Delete('dogs/:name/remove')
  async removeDog(@Param('name') name: string): Promise<object> {
    await this.dogs.delete({ name });
    return {};
  }

  @Get('broken')
  broken(): never {
    throw new Error('broken');
  }

  @Get('secret')
  @UseGuards(NO_ENTRY)
  secret(): object {
    return {};
  }

  @Get('stream')
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(['one', 'two'].map((text) => Buffer.from(text))), {
      type: 'text/plain; charset=utf-8',
    });
  }

  @Get('page')
  @Render('page')
  page(): object {
    return {};
  }

  @Get('latin')
  latin(@Res() response: AnyResponse): void {
    response.type('text/plain; charset=iso-8859-1').send(Buffer.from('Grüße', 'latin1'));
  }

  @Get('cached')
  async cached(): Promise<object> {
    if ((await this.cache.get('answer')) === undefined) await this.cache.set('answer', 42);
    return {};
  }

  /** Django has none: its requests end, whether or not the client is there. */
  @Get('never')
  never(@Res() _response: unknown): void {
    // Until the client leaves.
  }

  private get dogs() {
    return this.dataSource.getRepository(Dog);
  }
}

/** Not executed; the name of the first one is in the table of executed migrations all the same. */
class One1 {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}
class Two2 extends One1 {}

async function migratedDataSource(): Promise<DataSource> {
  const dataSource = new DataSource({
    ...SQLITE_IN_MEMORY,
    entities: [Dog],
    migrations: [One1, Two2],
    synchronize: true,
  });
  await dataSource.initialize();
  await dataSource.query('CREATE TABLE "migrations" (id integer PRIMARY KEY, timestamp bigint, name varchar)');
  await dataSource.query(`INSERT INTO "migrations" VALUES (1, 1, 'One1')`);
  return dataSource;
}

export interface KennelOptions {
  readonly platform: Platform;
  readonly metrics: PrometheusOptions;
  readonly imports?: ModuleMetadata['imports'];
}

/** The project of `capture.py` as a Nest application. Its metrics are not counted themselves. */
export async function startKennel({ platform, metrics, imports = [] }: KennelOptions): Promise<NestApp> {
  const views = mkdtempSync(join(tmpdir(), 'views-'));
  writeFileSync(join(views, 'page.hbs'), '<p>page</p>');
  return NestApp.start(platform, {
    imports: [CacheModule.register(), ...imports],
    controllers: [KennelController],
    providers: [{ provide: DataSource, useFactory: migratedDataSource }, removalOf(views)],
    metrics: { http: { ignore: ['/metrics'] }, ...metrics },
    prepare: (nest) => useViews(nest, platform, views),
  });
}

/** Removes a folder when the application closes. */
function removalOf(folder: string) {
  const onApplicationShutdown = () => rmSync(folder, { recursive: true });
  return { provide: 'FOLDER', useValue: { onApplicationShutdown } };
}

/** Sends the requests that Django got, one after another. */
export async function sendRequests(app: NestApp): Promise<void> {
  for (const request of REQUESTS) {
    const json = request.body === undefined ? {} : { 'content-type': 'application/json' };
    await app.send({ ...request, headers: { ...json, ...request.headers } });
  }
}

/** The metrics once every request has ended and the migrations have been checked. */
export function settled(app: NestApp): Promise<Exposition> {
  return waitUntil('nothing is in flight', async () => {
    const metrics = await app.scrape();
    const received = metrics.value('django_http_requests_before_middlewares_total');
    const ended = metrics.value('django_http_responses_before_middlewares_total');
    if (received !== ended) throw new Error(`${received} requests were received, ${ended} have ended`);
    if (metrics.series('django_migrations_applied_total').length === 0) throw new Error('no migrations were checked');
    return metrics;
  });
}
