import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface Patience {
  /** When to give up. Generous by default: a loaded machine is no failure. */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/**
 * Looks again and again until the condition gives something truthy, and resolves to that.
 * A condition that throws counts as not yet true. `what` completes the sentence "Waited in vain until …".
 */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20 }: Patience = {},
): Promise<Truthy<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    // One look after the other is the point.
    const look = await lookAt(condition);
    if (look.isTrue) return look.value as Truthy<T>;
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain until ${what}; the last look ${look.outcome}`, {
        cause: look.cause,
      });
    }
    await pause(intervalMs);
  }
}

type Look<T> =
  | { readonly isTrue: true; readonly value: T }
  | { readonly isTrue: false; readonly outcome: string; readonly cause?: unknown };

async function lookAt<T>(condition: () => T | Promise<T>): Promise<Look<T>> {
  try {
    const value = await condition();
    return value ? { isTrue: true, value } : { isTrue: false, outcome: `gave ${inspect(value)}` };
  } catch (cause) {
    const sentence = cause instanceof Error ? cause.message : inspect(cause);
    return { isTrue: false, outcome: `threw: ${sentence}`, cause };
  }
}
