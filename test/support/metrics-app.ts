import { type AddressInfo, type Server } from 'node:net';
import { type INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { MetricsServer } from 'nestjs-prometheus-exporter';
import { type Exposition, readExposition } from './exposition.js';
import { type Received, send, type SentRequest } from './http-client.js';

export const ADAPTERS = ['express', 'fastify'] as const;
export type AdapterName = (typeof ADAPTERS)[number];

/** What Prometheus 3 asks for. */
export const PROMETHEUS_ACCEPT =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

export interface AppOptions {
  readonly adapter: AdapterName;
  /** Of the root module. */
  readonly imports?: ModuleMetadata['imports'];
  readonly controllers?: ModuleMetadata['controllers'];
  readonly providers?: ModuleMetadata['providers'];
  /** Run before the application is initialised: prefix, versions, guards, middleware. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
  readonly fastify?: ConstructorParameters<typeof FastifyAdapter>[0];
  /** The metrics are on a port of their own, and not in the application. */
  readonly isOwnPort?: boolean;
}

/** A Nest application on a port of its own. */
export class MetricsApp {
  static async start(options: AppOptions): Promise<MetricsApp> {
    const app = await createApp(options);
    await options.configure?.(app);
    await app.listen(0, '127.0.0.1');
    return new MetricsApp(app, (app.getHttpServer() as Server).address() as AddressInfo, options.isOwnPort === true);
  }

  readonly port: number;

  private constructor(
    readonly app: INestApplication,
    { port }: AddressInfo,
    private readonly isOwnPort: boolean,
  ) {
    this.port = port;
  }

  /** Where `/metrics` is. */
  get metricsPort(): number {
    return this.isOwnPort ? this.ownPort : this.port;
  }

  get ownPort(): number {
    const { port } = this.app.get(MetricsServer);
    if (port === undefined) throw new Error('The endpoint of its own does not listen.');
    return port;
  }

  send(path: string, request: Omit<SentRequest, 'path'> = {}): Promise<Received> {
    return send(path.startsWith('/metrics') ? this.metricsPort : this.port, { ...request, path });
  }

  async scrape(path = '/metrics'): Promise<Exposition> {
    return readExposition((await this.send(path)).bytes, 'text');
  }

  close(): Promise<void> {
    (this.app.getHttpServer() as { closeAllConnections?: () => void }).closeAllConnections?.();
    return this.app.close();
  }
}

function createApp(options: AppOptions): Promise<INestApplication> {
  const { imports = [], controllers = [], providers = [] } = options;
  @Module({ imports, controllers, providers })
  class RootModule {}
  const adapter = options.adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(options.fastify);
  return NestFactory.create(RootModule, adapter, { logger: false, abortOnError: false });
}
