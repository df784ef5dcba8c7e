import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VerificationQueue } from '../../lib/access/verification-queue.js';

/** A verification that takes this long. */
const taking =
  (ms: number, isRight: boolean, started: () => void = () => undefined) =>
  () => {
    started();
    return new Promise<boolean>((resolve) => void setTimeout(() => resolve(isRight), ms));
  };

describe('the queue of verifications', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('rests after a wrong password, three times as long as it took', async () => {
    const queue = new VerificationQueue();
    const startedAt: number[] = [];
    const note = () => void startedAt.push(performance.now());
    const begin = performance.now();
    const verdicts = [false, true, false].map((isRight) => queue.add('a', taking(100, isRight, note)));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await Promise.all(verdicts)).toEqual(['wrong', 'right', 'wrong']);
    expect(startedAt.map((at) => at - begin)).toEqual([0, 400, 500]);
  });

  it('lets networks take turns', async () => {
    const queue = new VerificationQueue();
    const order: string[] = [];
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) {
      void queue.add(
        name[0]!,
        taking(10, true, () => order.push(name)),
      );
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  it('gives up those who have waited too long', async () => {
    const queue = new VerificationQueue();
    const verdicts = [taking(4000, false), taking(1, true), taking(1, true)].map((verify) => queue.add('a', verify));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await Promise.all(verdicts)).toEqual(['wrong', 'busy', 'busy']);
    const later = queue.add('a', taking(1, true));
    await vi.advanceTimersByTimeAsync(1);
    expect(await later).toBe('right');
  });

  it('goes on after a verification that failed', async () => {
    const queue = new VerificationQueue();
    const failed = queue.add('a', () => Promise.reject(new Error('woof'))).catch(String);
    const next = queue.add('a', taking(1, true));
    await vi.advanceTimersByTimeAsync(10);
    expect([await failed, await next]).toEqual(['Error: woof', 'right']);
  });
});
