import { parentPort, workerData } from 'node:worker_threads';
import { coarser } from '../../lib/metrics/native/bucket-index.js';
import { type BucketRun, type NativeBuckets, nativeBuckets } from '../../lib/metrics/native/native-layout.js';
import { type Reading } from '../../lib/expose/reading.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { JournalReader } from './journal-reader.js';

/** What the watcher and the thread that counts tell each other, in shared memory. */
export const OBSERVED = 0;
export const LOOKS = 1;
export const FAULTS = 2;
/** How many series the watcher knew at the last look: the journal may still be on its way. */
export const KNOWN = 3;

const COARSEST_SCHEMA = -4;

const shared = new Int32Array(workerData as SharedArrayBuffer);
const reader = new JournalReader();
/** By series, the counts of the coarsest buckets at the last look. */
const before = new Map<string, ReadonlyMap<number, number>>();

parentPort!.on('message', (entry: JournalEntry) => reader.hear(entry));

function look(): void {
  const least = Atomics.load(shared, OBSERVED);
  const reading = reader.read();
  // One value may be counted and not yet told of.
  const most = Atomics.load(shared, OBSERVED) + 1;
  const total = countAll(reading);
  // Undefined while the entry of a chunk is on its way.
  if (total !== undefined) {
    if (total < least || total > most) fault();
    Atomics.store(shared, KNOWN, before.size);
    Atomics.add(shared, LOOKS, 1);
  }
  setImmediate(look);
}

/** All values in native buckets. Buckets must not have lost any since the last look, whatever their resolution was. */
function countAll({ own, chunks }: Reading): number | undefined {
  let total = 0;
  for (const { series, bounds } of own) {
    for (const { labels, chunk, at } of series) {
      const cells = chunks[chunk]!;
      const buckets = nativeBuckets(chunks, cells, at + bounds.length + 3);
      if (buckets === undefined) return undefined;
      const counts = coarsest(buckets);
      for (const [index, count] of before.get(labels) ?? []) if ((counts.get(index) ?? 0) < count) fault();
      before.set(labels, counts);
      for (const count of counts.values()) total += count;
    }
  }
  return total;
}

/** Negative buckets by an index that no positive one has. */
function coarsest({ schema, positive, negative, cells, at }: NativeBuckets): ReadonlyMap<number, number> {
  if (!(schema >= COARSEST_SCHEMA && schema <= 4)) fault();
  const counts = new Map<number, number>();
  const add = ({ from, length }: BucketRun, first: number, offset: number): void => {
    for (let i = 0; i < length; i += 1) {
      const index = coarser(from + i, schema - COARSEST_SCHEMA) + offset;
      counts.set(index, (counts.get(index) ?? 0) + cells[first + i]!);
    }
  };
  add(positive, at, 0);
  add(negative, at + positive.length, 1000);
  return counts;
}

function fault(): void {
  Atomics.add(shared, FAULTS, 1);
}

look();
