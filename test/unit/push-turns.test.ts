import { describe, expect, it } from 'vitest';
import { Turns } from '../../lib/expose/push/turns.js';

/** Work that a test ends. */
class Work {
  readonly begun: { readonly hurry: AbortSignal; readonly end: (result: number) => void }[] = [];
  readonly turns = new Turns<number>((hurry) => new Promise((end) => void this.begun.push({ hurry, end })));
}

/** Lets everything that waits for a promise go on. */
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('turns', () => {
  it('are shared by those who ask before it begins', async () => {
    const { turns, begun } = new Work();
    const asked = [turns.next(), turns.next()];
    await settle();
    expect(begun).toHaveLength(1);
    expect(begun[0]?.hurry.aborted).toBe(false);
    begun[0]?.end(1);
    expect(await Promise.all(asked)).toEqual([1, 1]);
    expect(turns.isBusy).toBe(false);
  });

  it('give those who ask later the next one, and hurry the one under way', async () => {
    const { turns, begun } = new Work();
    const first = turns.next();
    await settle();
    const later = [turns.next(), turns.next()];
    await settle();
    expect(begun).toHaveLength(1);
    expect(begun[0]?.hurry.aborted).toBe(true);
    begun[0]?.end(1);
    await settle();
    expect(begun).toHaveLength(2);
    expect(begun[1]?.hurry.aborted).toBe(false);
    begun[1]?.end(2);
    expect(await first).toBe(1);
    expect(await Promise.all(later)).toEqual([2, 2]);
  });

  it('are idle when nothing is under way and nobody waits', async () => {
    const { turns, begun } = new Work();
    await turns.idle();
    void turns.next();
    await settle();
    void turns.next();
    let isIdle = false;
    const idle = turns.idle().then(() => (isIdle = true));
    begun[0]?.end(1);
    await settle();
    expect(isIdle).toBe(false);
    begun[1]?.end(2);
    await idle;
    expect(turns.isBusy).toBe(false);
  });
});
