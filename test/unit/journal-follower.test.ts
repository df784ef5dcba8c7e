import { beforeEach, describe, expect, it } from 'vitest';
import { JournalFollower } from '../../lib/expose/journal-follower.js';
import { boundedBy, defineCounter } from '../../lib/metrics/definition.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });

/** Longer than a reading waits for native buckets, and shorter than it waits for entries. */
const LATE_MS = 700;

describe('the entry about a removed series', () => {
  let onTheirWay: JournalEntry[];
  let arriveAt: number;
  let follower: JournalFollower;
  beforeEach(() => {
    onTheirWay = [];
    arriveAt = 0;
    follower = new JournalFollower(() => {
      if (performance.now() < arriveAt) return;
      for (const entry of onTheirWay.splice(0)) follower.hear(entry);
    });
    const store = new MetricStore();
    const stop = engineOf(store).journal.follow((entry) => void onTheirWay.push(entry));
    const barks = store.counter(BARKS);
    for (const dog of ['Rex', 'Bella']) barks.labels({ dog }).inc();
    follower.readShared();
    barks.remove({ dog: 'Rex' });
    return stop;
  });

  it('is waited for', () => {
    arriveAt = performance.now() + LATE_MS;
    const [family] = follower.readShared().families;
    expect(performance.now()).toBeGreaterThanOrEqual(arriveAt);
    expect(family?.series.map(({ labels }) => labels)).toEqual(['dog="Bella"']);
  });

  it('is not waited for without end', () => {
    arriveAt = Infinity;
    expect(() => follower.readShared()).toThrow('The entries about removed series did not arrive.');
  });
});
