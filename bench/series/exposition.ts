import { type RequestLabels } from './label-sets.js';

/** One histogram and the endpoint that shows it, in one of the two libraries. */
export interface Exposition {
  readonly port: number;
  observe(labels: RequestLabels, seconds: number): void;
}
