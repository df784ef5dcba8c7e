import { warnWithoutMetrics } from './warn-without-metrics.js';

type Make = (this: unknown, root: unknown, ...rest: unknown[]) => Promise<unknown>;
type NestFactoryPrototype = Partial<Record<(typeof METHODS)[number], Make>>;

const METHODS = ['create', 'createMicroservice', 'createApplicationContext'] as const;

const hooked = new WeakSet<object>();

/** Adds the metrics to every application that this class of Nest makes. */
export function hookNestFactory(nestFactory: unknown): void {
  if (typeof nestFactory !== 'function') return;
  const prototype = nestFactory.prototype as NestFactoryPrototype;
  if (hooked.has(prototype)) return;
  hooked.add(prototype);
  for (const name of METHODS) {
    const make = prototype[name];
    if (typeof make !== 'function') continue;
    const value: Make = async function (root, ...rest) {
      return makeWithMetrics(root, (extended) => make.call(this, extended, ...rest));
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

async function makeWithMetrics(root: unknown, make: (root: unknown) => Promise<unknown>): Promise<unknown> {
  const loaded = await import('./with-metrics.js').catch(warn);
  return loaded === undefined ? make(root) : loaded.withMetrics(root, make);
}

function warn(error: unknown): undefined {
  warnWithoutMetrics(`nestjs-prometheus-exporter cannot be loaded: ${String(error)}`);
}
