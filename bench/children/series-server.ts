import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { answer } from '../child.js';
import { type Library, startExposition } from '../series/expositions.js';
import { requestLabels } from '../series/label-sets.js';

/** A process with one histogram and an endpoint. The parent reads its memory and its event loop delay. */
const [library, count] = process.argv.slice(2) as [Library, string];
const labelSets = requestLabels(Number(count));
const exposition = await startExposition(library);
const delay = monitorEventLoopDelay({ resolution: 1 });

/** Longer than the interval of the delay monitor, so that the last delay is recorded before it is read. */
const SETTLE_MS = 10;

const commands = {
  port: () => exposition.port,

  /** One observation in every series, all in different buckets, so that nothing can be reused from the last scrape. */
  observe: () => {
    for (const [i, { method, route, status_class }] of labelSets.entries()) {
      // A new object each time, as in real callers: the memory of a library that keeps it counts.
      exposition.observe({ method, route, status_class }, ((i * 37) % 1000) / 100);
    }
  },

  /**
   * Bytes on and outside the heap after a garbage collection. Node counts shared memory, where our cells are, under
   * `arrayBuffers` only. Buffers that are not shared count twice here, but almost none are left after the collection.
   */
  memory: async () => {
    for (let i = 0; i < 3; i += 1) {
      globalThis.gc?.();
      // Finalizers and weak references are processed in a later turn of the event loop.
      await wait(SETTLE_MS);
    }
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  },

  watchEventLoop: async () => {
    delay.enable();
    await wait(SETTLE_MS);
    delay.reset();
  },

  /** The longest event loop delay since `watchEventLoop`, in ms. */
  longestDelay: async () => {
    await wait(SETTLE_MS);
    delay.disable();
    return delay.max / 1e6;
  },
};
export type SeriesServer = typeof commands;

answer(commands);
