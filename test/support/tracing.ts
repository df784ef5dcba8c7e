import { createRequire } from 'node:module';
import { context, type ContextManager, type MeterProvider, trace } from '@opentelemetry/api';
import { HttpInstrumentation, type HttpInstrumentationConfig } from '@opentelemetry/instrumentation-http';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

export interface TracingOptions {
  readonly sampler?: Sampler;
  readonly http?: HttpInstrumentationConfig;
  readonly contextManager?: ContextManager;
  /** Where the instrumentation puts its metrics. */
  readonly meterProvider?: MeterProvider;
}

/** One for the process: it is told of a module once. */
const HTTP = new HttpInstrumentation({ enabled: false });

/** OpenTelemetry as an application sets it up: the SDK, with the instrumentation of Node's HTTP server. */
export class Tracing {
  private readonly exporter = new InMemorySpanExporter();
  private readonly provider: NodeTracerProvider;

  constructor({ sampler = new AlwaysOnSampler(), http = {}, contextManager, meterProvider }: TracingOptions = {}) {
    this.provider = new NodeTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(this.exporter)] });
    this.provider.register(contextManager === undefined ? {} : { contextManager });
    HTTP.setConfig({ disableOutgoingRequestInstrumentation: true, ...http });
    HTTP.setTracerProvider(this.provider);
    if (meterProvider !== undefined) HTTP.setMeterProvider(meterProvider);
    HTTP.enable();
    // The instrumentation changes the server's class when it is required.
    createRequire(import.meta.url)('http');
  }

  /** The spans that have ended, in the order of their ends. */
  get spans(): readonly ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  /** The span of the only request of a path. */
  requestSpan(path: string): ReadableSpan {
    const [span, ...others] = this.spans.filter(
      ({ attributes }) => attributes['http.target'] === path || attributes['url.path'] === path,
    );
    if (span === undefined || others.length > 0) throw new Error(`Expected one span for ${path}, got ${others.length}`);
    return span;
  }

  forget(): void {
    this.exporter.reset();
  }

  /** Leaves nothing in the process. */
  async stop(): Promise<void> {
    HTTP.disable();
    await this.provider.shutdown();
    trace.disable();
    context.disable();
  }
}
