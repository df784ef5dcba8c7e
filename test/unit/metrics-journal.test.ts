import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, it } from 'vitest';
import { boundedBy, defineCounter, defineGauge, defineHistogram } from '../../lib/metrics/definition.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { follower } from '../support/journal-follower.js';

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });
const WALKS = defineHistogram({ name: 'walk_seconds', help: 'Walks.', unit: 'seconds', buckets: [1, 2] });
const DOGS = defineGauge({ name: 'dogs', help: 'Dogs.' });

function texts(entries: readonly JournalEntry[]): readonly string[] {
  return entries.map((entry) => JSON.stringify(entry)).toSorted();
}

let store: MetricStore;

beforeEach(() => {
  store = new MetricStore({ namespace: 'shop', defaultLabels: { app: 'kennel' } });
});

describe('who follows the journal', () => {
  it('hears what was and what comes, and finds every number', () => {
    const before = store.counter(BARKS).labels({ dog: 'before' });
    const early = follower();
    engineOf(store).journal.follow(early.hear);
    store.histogram(WALKS).labels({}).observe(1.5);
    const after = Array.from({ length: 20_000 }, (_, dog) => store.counter(BARKS).known({ dog: `after ${dog}` }));
    store.gauge(DOGS).labels({}).set(-1);
    const late = follower();
    engineOf(store).journal.follow(late.hear);
    before.inc(3);
    after.at(-1)?.inc(4);
    for (const { read } of [early, late]) {
      expect(read('shop_barks_total', 'app="kennel",dog="before"')).toEqual([3]);
      expect(read('shop_barks_total', 'app="kennel",dog="after 19999"')).toEqual([4]);
      expect(read('shop_barks_total', 'app="kennel",dog="_overflow"')).toEqual([0]);
      expect(read('shop_walk_seconds', 'app="kennel"')).toEqual([0, 1, 0, 1.5]);
      expect(read('shop_dogs', 'app="kennel"')).toEqual([-1]);
    }
  });

  it('hears the same, whenever it begins', () => {
    const early: JournalEntry[] = [];
    const late: JournalEntry[] = [];
    engineOf(store).journal.follow((entry) => early.push(entry));
    for (const dog of ['a', 'b']) store.counter(BARKS).labels({ dog });
    store.histogram(WALKS);
    engineOf(store).journal.follow((entry) => late.push(entry));
    expect(texts(late)).toEqual(texts(early));
  });

  it('hears of a metric and of a chunk before the series in it', () => {
    const metrics = new Set<number>();
    const chunks = new Set<number>();
    const early: JournalEntry[] = [];
    const hear = (entry: JournalEntry) => {
      if (entry.kind === 'metric') metrics.add(entry.metric);
      else if (entry.kind === 'chunk') chunks.add(entry.chunk);
      else if (entry.kind === 'removed' || !metrics.has(entry.metric) || !chunks.has(entry.chunk)) early.push(entry);
    };
    engineOf(store).journal.follow(hear);
    for (let dog = 0; dog < 10_000; dog += 1) store.counter(BARKS).known({ dog: String(dog) });
    store.histogram(WALKS);
    metrics.clear();
    chunks.clear();
    engineOf(store).journal.follow(hear);
    expect(early).toEqual([]);
  });

  it('hears nothing more when it stops, and stopping twice is stopping once', () => {
    const heard: JournalEntry[] = [];
    const others: JournalEntry[] = [];
    const stop = engineOf(store).journal.follow((entry) => heard.push(entry));
    engineOf(store).journal.follow((entry) => others.push(entry));
    store.gauge(DOGS);
    const count = heard.length;
    expect(count).toBeGreaterThan(0);
    stop();
    stop();
    store.histogram(WALKS);
    expect(heard).toHaveLength(count);
    expect(others.length).toBeGreaterThan(count);
  });

  it('hears once what it is told in two ways', () => {
    const heard: JournalEntry[] = [];
    const listener = (entry: JournalEntry) => void heard.push(entry);
    const stop = engineOf(store).journal.follow(listener);
    stop();
    store.gauge(DOGS);
    expect(heard).toEqual([]);
  });
});

describe('a worker that follows the journal', () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const flag = new Int32Array(workerData);
    const { hear, read } = (${follower.toString()})();
    parentPort.on('message', hear);
    const look = () => {
      const [barks = 0] = read('shop_barks_total', 'app="kennel",dog="made just before"') ?? [];
      const walks = read('shop_walk_seconds', 'app="kennel"') ?? [];
      const old = read('shop_barks_total', 'app="kennel",dog="Rex"') ?? [0];
      if (barks > 1000 && walks[1] > 1000 && old[0] > 1000) Atomics.store(flag, 0, 1);
      else setImmediate(look);
    };
    look();
    parentPort.postMessage('ready');
  `;

  it('sees current numbers, and series made just before, while the main thread is blocked', async () => {
    const shared = new SharedArrayBuffer(4);
    const flag = new Int32Array(shared);
    const old = store.counter(BARKS).labels({ dog: 'Rex' });
    const worker = new Worker(source, { eval: true, workerData: shared });
    try {
      await once(worker, 'message');
      // A worker has no origin; the rule takes it for a window.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      const stop = engineOf(store).journal.follow((entry) => worker.postMessage(entry));
      const made = store.counter(BARKS).labels({ dog: 'made just before' });
      const walks = store.histogram(WALKS).labels({});
      const deadline = performance.now() + 20_000;
      // This thread does not come back to its event loop before the worker has seen what is counted here.
      while (Atomics.load(flag, 0) === 0 && performance.now() < deadline) {
        for (let i = 0; i < 100; i += 1) {
          made.inc();
          old.inc();
          walks.observe(1.5);
        }
      }
      expect(Atomics.load(flag, 0)).toBe(1);
      stop();
    } finally {
      await worker.terminate();
    }
  }, 30_000);

  const watching = `
    const { parentPort, workerData } = require('node:worker_threads');
    const [looks, wrong] = [0, 1];
    const flags = new Int32Array(workerData);
    const { hear, read, names } = (${follower.toString()})();
    parentPort.on('message', hear);
    const look = () => {
      for (const name of names()) {
        const dog = /dog="(\\d+)"/.exec(name)?.[1];
        if (dog === undefined) continue;
        const [barks] = read('shop_barks_total', 'app="kennel",dog="' + dog + '"') ?? [];
        if (barks !== undefined && barks !== 0 && barks !== Number(dog)) Atomics.add(flags, wrong, 1);
      }
      Atomics.add(flags, looks, 1);
      setImmediate(look);
    };
    look();
    parentPort.postMessage('ready');
  `;

  it('never takes the numbers of a series for those of one that had its cells before', async () => {
    const shared = new SharedArrayBuffer(8);
    const flags = new Int32Array(shared);
    const worker = new Worker(watching, { eval: true, workerData: shared });
    try {
      await once(worker, 'message');
      const barks = store.counter(BARKS);
      const make = (dog: number) => barks.labels({ dog: String(dog) }).inc(dog);
      for (let dog = 1; dog <= 100; dog += 1) make(dog);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      const stop = engineOf(store).journal.follow((entry) => worker.postMessage(entry));
      for (let round = 0, dog = 101; round < 300; round += 1) {
        const looks = Atomics.load(flags, 0);
        for (const last = dog + 50; dog < last; dog += 1) {
          barks.remove({ dog: String(dog - 100) });
          make(dog);
        }
        // Until the worker has looked once more, or it would have nothing but messages to hear.
        for (let patience = 0; Atomics.load(flags, 0) === looks && patience < 1000; patience += 1) {
          Atomics.wait(flags, 0, looks, 1);
        }
      }
      stop();
      expect(Atomics.load(flags, 0)).toBeGreaterThan(100);
      expect(Atomics.load(flags, 1)).toBe(0);
    } finally {
      await worker.terminate();
    }
  }, 60_000);
});
