import 'reflect-metadata';
import {
  type CanActivate,
  type ExceptionFilter,
  type INestApplication,
  Module,
  type ModuleMetadata,
  type NestInterceptor,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { MetricsEndpoint } from '../../lib/expose/endpoint.js';
import { PrometheusModule, type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { delta, type Delta, type Exposition, type Labels, readExposition } from './exposition.js';
import { type Received, send, type SentRequest } from './http-client.js';
import { listen } from './listen.js';
import { waitUntil } from './wait-until.js';

export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface NestAppOptions extends Pick<ModuleMetadata, 'controllers' | 'imports' | 'providers'> {
  /** Options of the PrometheusModule; `false` leaves the module out: the application as it is without us. */
  readonly metrics?: PrometheusOptions | false;
  /** `Test.createTestingModule(…).createNestApplication()` instead of `NestFactory.create()`. */
  readonly madeBy?: 'NestFactory' | 'Test';
  readonly adapter?: AbstractHttpAdapter;
  readonly nest?: Parameters<typeof NestFactory.create>[2] & object;
  /** What a main.ts does between creating and listening. */
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
  readonly globals?: {
    readonly guards?: readonly CanActivate[];
    readonly interceptors?: readonly NestInterceptor[];
    readonly pipes?: readonly PipeTransform[];
    readonly filters?: readonly ExceptionFilter[];
  };
  readonly host?: string;
  /** How to get the text of `/metrics`, where the application does not speak plain HTTP/1. */
  readonly reads?: (port: number) => Promise<string>;
}

/** Nothing but HTTP and what the library says of itself, so that tests can count series. */
const QUIET: PrometheusOptions = { runtimeMetrics: false, registry: false, outgoing: false };

/** A real Nest application on a port of its own, and what its `/metrics` says. */
export class NestApp {
  static async start(platform: Platform, options: NestAppOptions = {}): Promise<NestApp> {
    const app = await createApp(platform, options);
    try {
      await options.prepare?.(app);
      useGlobals(app, options.globals ?? {});
      await app.listen(0, options.host ?? '127.0.0.1');
    } catch (error) {
      await app.close();
      throw error;
    }
    return new NestApp(app, (app.getHttpServer().address() as AddressInfo).port, options);
  }

  private readonly reads: (port: number) => Promise<string>;
  /** What a scrape sees of itself. */
  private readonly ownRequests: number;

  private constructor(
    readonly app: INestApplication,
    readonly port: number,
    options: NestAppOptions,
  ) {
    const path = metricsPath(options);
    this.reads = options.reads ?? ((to) => readOverHttp(to, path));
    this.ownRequests = isIgnored(path, options) ? 0 : 1;
  }

  send(request: SentRequest | string = {}): Promise<Received> {
    return send(this.port, typeof request === 'string' ? { path: request } : request);
  }

  /** Reads the metrics; whatever was done to the application, its books must balance and none of our parts may have failed. */
  async scrape(): Promise<Exposition> {
    const metrics = await this.scrapeUnchecked();
    const faults = metrics.sum('nestjs_metrics_errors_total');
    if (faults !== 0) throw new Error(`Expected no error inside the library, got ${faults}`);
    return metrics;
  }

  /** As {@link scrape}, for tests in which parts of ours are made to fail. */
  async scrapeUnchecked(): Promise<Exposition> {
    const metrics = readExposition(await this.reads(this.port), 'text');
    assertBalance(metrics);
    return metrics;
  }

  /** The metrics of an application that has closed, over a server that is not its own. */
  async readStore(): Promise<Exposition> {
    const endpoint = this.app.get(MetricsEndpoint);
    const server = createServer((request, response) => void endpoint.answer(request, response));
    try {
      const { body } = await send(await listen(server));
      const metrics = readExposition(body, 'text');
      assertBalance(metrics);
      return metrics;
    } finally {
      server.close();
    }
  }

  /** The metrics once nothing but the scrape itself is under way. */
  settled(): Promise<Exposition> {
    return waitUntil('only the scrape is in flight', async () => {
      const metrics = await this.scrape();
      if (inFlight(metrics) !== this.ownRequests) throw new Error(`${inFlight(metrics)} requests are in flight`);
      return metrics;
    });
  }

  /** What requests add, the scrapes left out: this is read on routes of their own. */
  async changes(requests: () => Promise<unknown>): Promise<Delta> {
    const before = await this.settled();
    await requests();
    return delta(before, await this.settled());
  }

  async close(): Promise<void> {
    // Connections of tests that leave a request unanswered would keep the server open.
    const server = this.app.getHttpServer() as { closeAllConnections?: () => void };
    const closed = this.app.close();
    server.closeAllConnections?.();
    await closed;
  }
}

async function readOverHttp(port: number, path: string): Promise<string> {
  const { status, body } = await send(port, { path });
  if (status !== 200) throw new Error(`Expected metrics, got ${status}: ${body}`);
  return body;
}

export function inFlight(metrics: Exposition, labels: Labels = {}): number {
  return metrics.sum('nestjs_http_requests_in_flight', labels);
}

/** What was answered outside of `/metrics`, one entry for each method, route and status, in alphabetical order. */
export function answered({ changes }: Delta, metricsRoute = '/metrics'): string[] {
  return changes
    .filter(({ name, labels }) => name === 'nestjs_http_requests_total' && labels['route'] !== metricsRoute)
    .map(({ labels, by }) => `${labels['method']} ${labels['route']} ${labels['status']}${by === 1 ? '' : ` ×${by}`}`)
    .toSorted();
}

export function aborted({ changes }: Delta): string[] {
  return changes
    .filter(({ name }) => name === 'nestjs_http_requests_aborted_total')
    .map(({ labels, by }) => `${labels['method']} ${labels['route']}${by === 1 ? '' : ` ×${by}`}`)
    .toSorted();
}

/** The values of a label, of the series with a name, each once and in alphabetical order. */
export function valuesOf(metrics: Exposition, name: string, label: string): string[] {
  return [...new Set(metrics.series(name).map(({ labels }) => labels[label] ?? ''))].toSorted();
}

/** received = answered + aborted + in flight, and no method has fewer than no requests in flight. */
function assertBalance(metrics: Exposition): void {
  const received = metrics.sum('nestjs_http_requests_received_total');
  const ended = metrics.sum('nestjs_http_requests_total') + metrics.sum('nestjs_http_requests_aborted_total');
  if (received !== ended + inFlight(metrics)) {
    throw new Error(`Expected received = ended + in flight, got ${received} = ${ended} + ${inFlight(metrics)}`);
  }
  const negative = metrics.series('nestjs_http_requests_in_flight').find(({ value }) => value < 0);
  if (negative !== undefined) throw new Error(`Expected no negative gauge, got ${JSON.stringify(negative)}`);
}

export function adapterFor(platform: Platform): AbstractHttpAdapter {
  return platform === 'express' ? new ExpressAdapter() : (new FastifyAdapter() as AbstractHttpAdapter);
}

async function createApp(platform: Platform, options: NestAppOptions): Promise<INestApplication> {
  const { metrics = {}, madeBy = 'NestFactory', imports = [], controllers = [], providers = [] } = options;
  const adapter = options.adapter ?? adapterFor(platform);
  const nest = { logger: false, abortOnError: false, forceCloseConnections: true, ...options.nest } as const;
  const metadata = {
    imports: [...(metrics === false ? [] : [PrometheusModule.forRoot({ ...QUIET, ...metrics })]), ...imports],
    controllers,
    providers,
  };
  if (madeBy === 'NestFactory') return NestFactory.create(rootModule(metadata), adapter, nest);
  const module = await Test.createTestingModule(metadata).compile();
  return module.createNestApplication(adapter, nest);
}

function rootModule(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class AppModule {}
  return AppModule;
}

function useGlobals(app: INestApplication, globals: NestAppOptions['globals'] & object): void {
  app.useGlobalGuards(...(globals.guards ?? []));
  app.useGlobalInterceptors(...(globals.interceptors ?? []));
  app.useGlobalPipes(...(globals.pipes ?? []));
  app.useGlobalFilters(...(globals.filters ?? []));
}

function metricsPath({ metrics }: NestAppOptions): string {
  const path = metrics !== false && metrics?.path;
  return typeof path === 'string' ? path : '/metrics';
}

function isIgnored(path: string, { metrics }: NestAppOptions): boolean {
  return metrics !== false && metrics?.http !== false && metrics?.http?.ignore?.includes(path) === true;
}
