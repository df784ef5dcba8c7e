import { type DynamicModule, type INestApplication } from '@nestjs/common';
import { context, createContextKey, trace } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { makeCounterProvider, PrometheusModule } from '@willsoto/nestjs-prometheus';
import { type RequestHandler } from 'express';
import promBundle from 'express-prom-bundle';
import { createRequire } from 'node:module';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { definitionsOf } from './catalogue.js';

/** Under this key the instrumentations of a request's framework and of HTTP meet. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** The scrapes themselves are counted by nobody: each side would count them at another moment. */
export const UNCOUNTED = '/metrics';

/** express-prom-bundle, whose metrics are in the global registry of prom-client. */
export function useExpressPromBundle(app: INestApplication): void {
  // `up` would collide with the series of that name which Prometheus writes itself.
  const labels = { includeMethod: true, includePath: true };
  app.use(promBundle({ ...labels, includeUp: false, autoregister: false, excludeRoutes: [UNCOUNTED] }));
}

/** @willsoto/nestjs-prometheus, with a counter of the application. */
export function willsotoModule(): DynamicModule {
  const counter = makeCounterProvider({ name: 'orders_total', help: 'Orders placed.', labelNames: ['kind'] });
  const module = PrometheusModule.register({ path: '/old-metrics', defaultMetrics: { enabled: false } });
  return {
    ...module,
    providers: [...(module.providers ?? []), counter],
    exports: [...(module.exports ?? []), counter],
  };
}

const DEFAULT_METRICS = new Registry();
collectDefaultMetrics({ register: DEFAULT_METRICS });
for (const { name } of definitionsOf('nest')) DEFAULT_METRICS.removeSingleMetric(name);

/** The default metrics of prom-client whose names this library does not have. */
export function missingDefaultMetrics(): Promise<string> {
  return DEFAULT_METRICS.metrics();
}

/** The metrics of OpenTelemetry's instrumentation of HTTP, as its Prometheus exporter writes them. */
export class OpenTelemetryMetrics {
  private readonly exporter = new PrometheusExporter({ preventServerStart: true });
  private readonly provider = new MeterProvider({ readers: [this.exporter] });
  private readonly tracing = new NodeTracerProvider();
  private readonly instrumentation = new HttpInstrumentation({
    enabled: false,
    ignoreIncomingRequestHook: ({ url }) => url === UNCOUNTED,
    disableOutgoingRequestInstrumentation: true,
  });

  constructor() {
    this.tracing.register();
    this.instrumentation.setMeterProvider(this.provider);
    this.instrumentation.enable();
    // The instrumentation changes the server's class when it is required.
    createRequire(import.meta.url)('http');
  }

  /** What the instrumentation of Express does: it tells that of HTTP the template of the route. */
  readonly middleware: RequestHandler = (request, response, next) => {
    const metadata = context.active().getValue(RPC_METADATA) as { route?: string } | undefined;
    response.prependOnceListener('close', () => {
      const { route } = request as { route?: { path: string } };
      if (metadata !== undefined && route !== undefined) metadata.route = route.path;
    });
    next();
  };

  async text(): Promise<string> {
    const { resourceMetrics } = await this.exporter.collect();
    return new PrometheusSerializer().serialize(resourceMetrics);
  }

  async stop(): Promise<void> {
    this.instrumentation.disable();
    await this.provider.shutdown();
    await this.tracing.shutdown();
    trace.disable();
    context.disable();
  }
}
