import { isSampled, type SpanContext } from '../../metrics/span-context.js';

/** What we use of `@opentelemetry/api`. */
interface OpenTelemetry {
  /** The context manager; undefined before one is registered and after `disable()`. */
  readonly context?: { active(): Context };
}

interface Context {
  getValue(key: symbol): { spanContext(): SpanContext } | undefined;
}

/**
 * Where every copy of `@opentelemetry/api` 1.x keeps what is registered, and its key for the active span in a context.
 * Both are how copies of different versions find each other, ESM and CommonJS ones too, so the package need not be
 * imported.
 */
const API = Symbol.for('opentelemetry.js.api.1');
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');

/** Finds the active span of OpenTelemetry, if the application uses it. */
export class ActiveSpan {
  private api: OpenTelemetry | undefined;

  /** @param onFault called with what the tracer throws */
  constructor(private readonly onFault: (error: unknown) => void) {
    this.look();
  }

  /**
   * Looks for a tracer. Called when the application starts and at each scrape, so that without a tracer a request costs
   * no lookup. One that is registered in between has exemplars from the next scrape on.
   */
  look(): void {
    this.api = (globalThis as { readonly [API]?: OpenTelemetry })[API];
  }

  /** Undefined without a span, and for one that is not sampled: nobody could look up its trace. Never throws. */
  current(): SpanContext | undefined {
    const { api } = this;
    if (api === undefined) return undefined;
    try {
      const span = api.context?.active().getValue(SPAN)?.spanContext();
      return span !== undefined && isSampled(span) ? span : undefined;
    } catch (error) {
      this.onFault(error);
      return undefined;
    }
  }
}
