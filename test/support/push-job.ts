import { type INestApplicationContext, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  boundedBy,
  defineCounter,
  type MetricOf,
  MetricStore,
  PrometheusModule,
  type PrometheusOptions,
  type PushOptions,
} from 'nestjs-prometheus-exporter';

export const ROWS = defineCounter({ name: 'rows_total', help: 'Rows.', labels: { table: boundedBy('the test') } });

/** An application without a server that pushes its metrics. */
export interface PushJob {
  readonly app: INestApplicationContext;
  readonly rows: MetricOf<typeof ROWS>;
  /** The warnings that it has logged. */
  readonly warnings: readonly string[];
}

export async function startJob(push: PushOptions | false, options: PrometheusOptions = {}): Promise<PushJob> {
  @Module({ imports: [PrometheusModule.forRoot({ ...options, push })] })
  class JobModule {}
  const warnings: string[] = [];
  const logger = loggerInto(warnings);
  const app = await NestFactory.createApplicationContext(JobModule, { logger, abortOnError: false });
  return { app, rows: app.get(MetricStore).counter(ROWS), warnings };
}

function loggerInto(warnings: string[]): LoggerService {
  const ignore = () => undefined;
  return { log: ignore, error: ignore, warn: (message: unknown) => warnings.push(String(message)) };
}
