import { type RequestLabels } from './label-sets.js';

/** One histogram and an endpoint, in one of the two libraries. */
export interface Exposition {
  readonly port: number;
  observe(labels: RequestLabels, seconds: number): void;
}
