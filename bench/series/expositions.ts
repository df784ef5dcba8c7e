import { type RequestLabels } from './label-sets.js';

/** One histogram and the endpoint that shows it, in one of the two libraries. */
export interface Exposition {
  readonly port: number;
  observe(labels: RequestLabels, seconds: number): void;
}

const EXPOSITIONS = {
  ours: () => import('./our-exposition.js'),
  'prom-client': () => import('./prom-client-exposition.js'),
} satisfies Record<string, () => Promise<{ start(): Promise<Exposition> }>>;

export type Library = keyof typeof EXPOSITIONS;

/** Loaded by name: the memory of a process is that of one library. */
export async function startExposition(library: Library): Promise<Exposition> {
  const { start } = await EXPOSITIONS[library]();
  return start();
}
