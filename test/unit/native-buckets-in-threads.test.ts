import { expect, it } from 'vitest';
import { boundedBy, defineHistogram } from '../../lib/metrics/definition.js';
import { engineOf, MetricStore } from '../../lib/metrics/store.js';
import { startBundledWorker } from '../support/bundled-worker.js';
import { waitUntil } from '../support/wait-until.js';

const WALKS = defineHistogram({
  name: 'walk_seconds',
  help: 'Walks.',
  unit: 'seconds',
  buckets: [1],
  labels: { dog: boundedBy('the test') },
  native: true,
});

/** As in native-watcher-main.ts, which runs in the other thread. */
const [OBSERVED, LOOKS, FAULTS, KNOWN] = [0, 1, 2, 3];
const LOOKS_NEEDED = 100;
const PATIENCE_MS = 40_000;

it('a thread that copies cells while buckets move never sees too few or too many values', async () => {
  const memory = new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT);
  const shared = new Int32Array(memory);
  const worker = await startBundledWorker('./native-watcher-main.ts', memory);
  try {
    const store = new MetricStore();
    const { cells, journal } = engineOf(store);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    const stop = journal.follow((entry) => worker.postMessage(entry));
    const handles = Array.from({ length: 400 }, (_, dog) => store.histogram(WALKS).known({ dog: String(dog) }));
    const observe = (nth: number, value: number) => {
      handles[nth % handles.length]!.observe(value);
      Atomics.add(shared, OBSERVED, 1);
    };
    const movesOf = () => cells.chunks.reduce((sum, { moves }) => sum + moves[0]!, 0);
    await waitUntil('the other thread knows all series', () => Atomics.load(shared, KNOWN) === handles.length);

    const until = performance.now() + PATIENCE_MS;
    const looksBefore = Atomics.load(shared, LOOKS);
    const movesBefore = movesOf();
    // This thread does not come back to its event loop meanwhile.
    const looks = () => Atomics.load(shared, LOOKS) - looksBefore;
    const isEnough = (step: number) => looks() > LOOKS_NEEDED && step > handles.length * 10;
    for (let step = 0; !isEnough(step) && performance.now() < until; step += 1) {
      const width = 1 + Math.floor(step / handles.length);
      observe(step, 2 ** (((step * 7) % width) * (step % 2 === 0 ? 1 : -1) * 4) * (step % 3 === 0 ? -1 : 1));
      for (let i = 0; i < 3000; i += 1) observe(i, 1.5);
    }
    expect((movesOf() - movesBefore) / 2).toBeGreaterThan(handles.length * 3);
    expect(looks()).toBeGreaterThan(LOOKS_NEEDED);
    expect(Atomics.load(shared, FAULTS)).toBe(0);
    stop();
  } finally {
    await worker.terminate();
  }
}, 60_000);
