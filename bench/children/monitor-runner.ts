import 'reflect-metadata';
import { type AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type HttpExchange,
  type Listener,
  MetricEvents,
  MonitorModule,
  PrometheusModule,
  type Statement,
} from 'nestjs-prometheus-exporter';
import { answer } from '../child.js';

/**
 * An application with the metrics alone or with the monitor too. A loop emits the events of requests and statements.
 */
const [variant] = process.argv.slice(2) as ['metrics' | 'monitor'];

@Module({
  imports: [
    PrometheusModule.forRoot({ runtimeMetrics: false }),
    ...(variant === 'monitor'
      ? [MonitorModule.forRoot({ ignore: ['/health'], guards: [{ canActivate: () => true }] })]
      : []),
  ],
})
class KennelModule {}

const app = await NestFactory.create(KennelModule, { logger: false });
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as AddressInfo;

/** The listeners of this application, to emit events as the observation does. */
const { listeners } = app.get<MetricEvents, { readonly listeners: Required<Listener> }>(MetricEvents);

const ROUTES = 50;
const EXCHANGES = Array.from({ length: ROUTES }, (_, index) => exchangeOf(index));
const DATA_SOURCE = {
  name: 'default',
  driver: 'postgres',
  database: 'kennel',
  schema: undefined,
  replicated: false,
  fromBoot: true,
};
const STATEMENT: Statement = {
  operation: 'select',
  entity: { dataSource: DATA_SOURCE, name: 'Dog', table: 'dog', model: undefined },
  valueSets: 1,
  durationSeconds: 0.0012,
  error: undefined,
  span: undefined,
};
listeners.dataSourceFound(DATA_SOURCE);
listeners.entitiesKnown([STATEMENT.entity]);

function exchangeOf(index: number): HttpExchange {
  return {
    request: { method: 'GET', url: `/dogs/${index}?page=2`, headers: {} },
    method: 'GET',
    transport: 'http',
    httpVersion: '1.1',
    route: { method: 'GET', template: `/dogs${index}/:id`, index },
    handler: undefined,
    status: 200,
    statusSent: true,
    durationSeconds: 0.0034,
    timeToFirstByteSeconds: undefined,
    requestBodyBytes: 0,
    responseBodyBytes: 512,
    streamed: false,
    charset: 'utf-8',
    rendered: false,
    databaseQueries: 3,
    databaseSeconds: 0.002,
    outgoingRequests: 0,
    outgoingSeconds: 0,
    span: undefined,
  };
}

const TIMES = 1_000_000;

function nanoseconds(tell: (i: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < TIMES; i += 1) tell(i);
  return ((performance.now() - start) * 1e6) / TIMES;
}

function tellOfRequest(i: number): void {
  const exchange = EXCHANGES[i % ROUTES];
  if (exchange !== undefined) listeners.requestAnswered(exchange);
}

/** Emits the events of one day, to fill all of the monitor's history. */
function liveThroughADay(): void {
  const clock = Date.now;
  const end = clock();
  for (let now = end - 86_400_000; now < end; now += 10_000) {
    Date.now = () => now;
    for (const exchange of EXCHANGES) listeners.requestAnswered(exchange);
    listeners.statementEnded(STATEMENT);
  }
  Date.now = clock;
}

const commands = {
  port: () => port,
  request: () => nanoseconds(tellOfRequest),
  statement: () => nanoseconds(() => listeners.statementEnded(STATEMENT)),
  liveThroughADay,
};
export type MonitorRunner = typeof commands;

answer(commands);
