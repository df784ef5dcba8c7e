import { afterEach, describe, expect, it } from 'vitest';
import { ActiveSpan } from '../../lib/host/opentelemetry/active-span.js';

const API = Symbol.for('opentelemetry.js.api.1');
const CONTEXT_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const SAMPLED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

/** As every copy of `@opentelemetry/api` shares it. */
const shared = globalThis as { [API]?: unknown };

afterEach(() => {
  delete shared[API];
});

/** With a span of this context as the active one. */
function register(spanContext: () => unknown): void {
  const context = { getValue: (key: symbol) => (key === CONTEXT_KEY ? { spanContext } : undefined) };
  shared[API] = { version: '1.9.1', context: { active: () => context } };
}

const unreachable = (error: unknown) => expect.unreachable(String(error));

describe('the active span', () => {
  it('is none without a tracer, and looking for one makes nothing', () => {
    const span = new ActiveSpan(unreachable);
    span.look();
    expect(span.current()).toBeUndefined();
    expect(API in shared).toBe(false);
  });

  it('is found from the next look on, and not any more when the tracer is switched off', () => {
    const span = new ActiveSpan(unreachable);
    register(() => SAMPLED);
    expect(span.current()).toBeUndefined();
    span.look();
    expect(span.current()).toBe(SAMPLED);
    // As `context.disable()` does.
    delete (shared[API] as { context?: unknown }).context;
    expect(span.current()).toBeUndefined();
  });

  it('is none when it is not sampled', () => {
    register(() => ({ ...SAMPLED, traceFlags: 0 }));
    expect(new ActiveSpan(unreachable).current()).toBeUndefined();
  });

  it('is none when the context has no span', () => {
    shared[API] = { context: { active: () => ({ getValue: () => undefined }) } };
    expect(new ActiveSpan(unreachable).current()).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['a context manager that throws', { context: { active: () => fail() } }],
    ['a context manager of another kind', { context: {} }],
    ['a span without a context', { context: { active: () => ({ getValue: () => ({ spanContext: () => null }) }) } }],
  ])('is none with %s, and the error is told', (_, api) => {
    shared[API] = api;
    const errors: unknown[] = [];
    expect(new ActiveSpan((error) => errors.push(error)).current()).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});

function fail(): never {
  throw new Error('no context');
}
