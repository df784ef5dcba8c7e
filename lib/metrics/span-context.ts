/**
 * What names a span of a trace. The `SpanContext` of OpenTelemetry has these properties, so the one of any span can be
 * given: `trace.getActiveSpan()?.spanContext()`.
 */
export interface SpanContext {
  /** 32 hexadecimal digits, not all of them 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all of them 0. */
  readonly spanId: string;
  /** The span is sampled if the lowest bit is set. Without flags it is taken for sampled. */
  readonly traceFlags?: number;
}

const SAMPLED = 1;

/** Only the spans of a sampled trace can be looked up later. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return traceFlags === undefined || (traceFlags & SAMPLED) !== 0;
}
