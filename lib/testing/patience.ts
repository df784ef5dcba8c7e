import { setTimeout as pause } from 'node:timers/promises';

/** How long to look again before a metric counts as wrong. */
export interface Patience {
  /**
   * When to give up, in milliseconds after the first look.
   *
   * @defaultValue `5000`
   */
  readonly timeoutMs?: number;

  /**
   * The pause between two looks, in milliseconds. Each look reads all metrics.
   *
   * @defaultValue `10`
   */
  readonly intervalMs?: number;
}

/** Bound now, so that a test which fakes the clock does not wait for a time that never comes. */
const nowMs = performance.now.bind(performance);

/**
 * Looks until what it sees is `isFinal`, and gives the last look. The first look is at once, and the last one when time
 * is up; without patience it is the same one.
 */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isFinal: (seen: T) => boolean,
  patience: Patience | undefined,
): Promise<T> {
  const { timeoutMs = 5000, intervalMs = 10 } = patience ?? { timeoutMs: 0 };
  const deadline = nowMs() + timeoutMs;
  for (;;) {
    const leftMs = deadline - nowMs();
    const seen = await look();
    if (isFinal(seen) || !(leftMs > 0)) return seen;
    await pause(Math.min(intervalMs, leftMs));
  }
}
