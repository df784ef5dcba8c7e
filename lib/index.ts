export { MetricStore } from './metrics/store.js';
export * from './metrics/definition.js';
