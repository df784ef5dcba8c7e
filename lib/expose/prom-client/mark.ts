/**
 * Marks what we put into a registry of others. From the global symbol registry, so that another application in this
 * process, or the CommonJS build of this package beside the ESM one, knows it as well.
 */
export const MARK = Symbol.for('nestjs-prometheus-exporter.bridge');

/** When the bridge that a marked metric belongs to has joined: of several applications the newest has the names. */
export interface Marked {
  readonly [MARK]: { readonly joinedAt: number };
}

export function isMarked(candidate: unknown): candidate is Marked {
  return typeof candidate === 'object' && candidate !== null && MARK in candidate;
}
