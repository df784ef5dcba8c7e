import { join } from 'node:path';
import { type DynamicModule, type INestApplication, type NestApplicationOptions, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import handlebars from 'handlebars';
import { AppModule } from './app.module.js';
import { cacheOptions } from './cache-options.js';
import { dataSourceOptions } from './data-source-options.js';
import { metricsOptions } from './metrics-options.js';
import { monitorOptions } from './monitor-options.js';

export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

export interface KennelOptions {
  /** @defaultValue `'express'` */
  readonly adapter?: Adapter;

  /** @defaultValue the memory of the process */
  readonly cacheUrl?: string | undefined;

  /** @defaultValue a SQLite file among the temporary files */
  readonly databaseUrl?: string | undefined;

  /** @defaultValue true: GraphQL, messages, WebSockets, schedules, events and a queue, besides HTTP */
  readonly hasDoors?: boolean;

  /** @defaultValue none: messages over TCP are not answered */
  readonly messagesPort?: number | undefined;

  /** @defaultValue none: the metrics are at `/metrics` only */
  readonly metricsPort?: number | undefined;

  /** @defaultValue none: the metrics ask for no token */
  readonly metricsTokenFile?: string | undefined;

  /** @defaultValue the memory of the process */
  readonly monitorUrl?: string | undefined;

  /** @defaultValue 1 */
  readonly pendingMigrations?: number;

  /** @defaultValue none: there is no queue */
  readonly queueUrl?: string | undefined;
}

/** Next to this file, in the sources and in `dist-sample/`, independent of the working directory. */
const VIEWS = join(import.meta.dirname, 'views');

/** Only warnings and errors are logged: `main.ts` prints one line, and the caller reports a failed boot. */
const NEST_OPTIONS: NestApplicationOptions = { logger: ['warn', 'error', 'fatal'], abortOnError: false };

/**
 * The application, connected to its database and not listening yet. Tests call this function as `main.ts` does;
 * importing this file starts nothing.
 */
export async function createKennel({
  adapter = 'express',
  cacheUrl,
  databaseUrl,
  hasDoors = true,
  messagesPort,
  metricsPort,
  metricsTokenFile,
  monitorUrl,
  pendingMigrations = 1,
  queueUrl,
}: KennelOptions = {}): Promise<INestApplication> {
  // Loaded only if they are wanted: their packages take as long to load as all others together.
  const doors = hasDoors ? await import('./doors/doors.module.js') : undefined;
  const module = AppModule.on(
    metricsOptions(metricsPort, metricsTokenFile),
    dataSourceOptions(databaseUrl),
    cacheOptions(cacheUrl),
    monitorOptions(monitorUrl),
    pendingMigrations,
    doors === undefined ? [] : [doors.DoorsModule.on(messagesPort, queueUrl)],
  );
  const app = await (adapter === 'express' ? createOnExpress(module) : createOnFastify(module));
  if (messagesPort !== undefined) doors?.answerMessages(app, messagesPort);
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
  return app;
}

async function createOnExpress(module: DynamicModule): Promise<INestApplication> {
  const app = await NestFactory.create<NestExpressApplication>(module, new ExpressAdapter(), NEST_OPTIONS);
  app.setBaseViewsDir(VIEWS);
  app.setViewEngine('hbs');
  return app;
}

async function createOnFastify(module: DynamicModule): Promise<INestApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), NEST_OPTIONS);
  app.setViewEngine({ engine: { handlebars }, root: VIEWS, viewExt: 'hbs' });
  return app;
}
