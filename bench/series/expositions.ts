import { type Exposition } from './exposition.js';

const EXPOSITIONS = {
  ours: () => import('./our-exposition.js'),
  'prom-client': () => import('./prom-client-exposition.js'),
} satisfies Record<string, () => Promise<{ start(): Promise<Exposition> }>>;

export type Library = keyof typeof EXPOSITIONS;

/** Loaded by name, so that a process holds only one library in memory. */
export async function startExposition(library: Library): Promise<Exposition> {
  const { start } = await EXPOSITIONS[library]();
  return start();
}
