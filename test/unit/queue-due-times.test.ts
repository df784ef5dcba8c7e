import { describe, expect, it } from 'vitest';
import { type Job } from '../../lib/observe/queue/bullmq-types.js';
import { DueTimes } from '../../lib/observe/queue/due-times.js';

const job = (given: Partial<Job> = {}): Job => ({
  id: '1',
  name: 'sent',
  opts: {},
  timestamp: 1000,
  delay: 0,
  attemptsMade: 0,
  attemptsStarted: 1,
  ...given,
});
const FAILED = { attemptsMade: 1, attemptsStarted: 1 };
const RETRY = { attemptsMade: 1, attemptsStarted: 2 };

describe('when an attempt could have begun', () => {
  it('is when its job was added, or its delay was over', () => {
    expect(new DueTimes().of(job())).toBe(1000);
    expect(new DueTimes().of(job({ opts: { delay: 500 } }))).toBe(1500);
  });

  it('is not known of a retry that failed elsewhere, nor after a stall', () => {
    expect(new DueTimes().of(job(RETRY))).toBeUndefined();
    expect(new DueTimes().of(job({ attemptsStarted: 2 }))).toBeUndefined();
  });

  it('is when the backoff of a retry is over, once', () => {
    const times = new DueTimes();
    const failedAt = Date.now();
    times.willRetry(job({ ...FAILED, opts: { backoff: 5 }, delay: 60_000 }));
    expect(times.of(job(RETRY))).toBeGreaterThanOrEqual(failedAt + 60_000);
    expect(times.of(job(RETRY))).toBeUndefined();
  });

  it('is not known if another process has tried it in between', () => {
    const times = new DueTimes();
    times.willRetry(job(FAILED));
    expect(times.of(job({ attemptsMade: 2, attemptsStarted: 3 }))).toBeUndefined();
    times.willRetry(job(FAILED));
    // That process has died.
    expect(times.of(job({ attemptsMade: 1, attemptsStarted: 3 }))).toBeUndefined();
  });

  it('is known where the job does not count the attempts that began', () => {
    const times = new DueTimes();
    const { attemptsStarted, ...old } = job(FAILED);
    times.willRetry(old);
    expect(attemptsStarted).toBe(1);
    expect(times.of(old)).toBeLessThanOrEqual(Date.now());
    times.willRetry(old);
    expect(times.of({ ...old, attemptsMade: 2 })).toBeUndefined();
  });

  it('is at once without a backoff, whatever the delay of the job was', () => {
    const times = new DueTimes();
    times.willRetry(job({ ...FAILED, opts: { delay: 60_000 }, delay: 60_000 }));
    expect(times.of(job(RETRY))).toBeLessThanOrEqual(Date.now());
  });

  it('is kept of 10,000 retries', () => {
    const times = new DueTimes();
    for (let id = 0; id <= 10_000; id += 1) times.willRetry(job({ ...FAILED, id: `${id}` }));
    expect(times.of(job({ ...RETRY, id: '0' }))).toBeUndefined();
    expect(times.of(job({ ...RETRY, id: '1' }))).toBeDefined();
  });
});
