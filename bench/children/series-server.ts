import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { answer } from '../child.js';
import { type Library, startExposition } from '../series/expositions.js';
import { requestLabels } from '../series/label-sets.js';

/** A process with one histogram and an endpoint, whose memory and event loop the parent asks for. */
const [library, count] = process.argv.slice(2) as [Library, string];
const labelSets = requestLabels(Number(count));
const exposition = await startExposition(library);
const delay = monitorEventLoopDelay({ resolution: 1 });

/** Longer than any timer of the delay monitor, so that the last delay is recorded before it is read. */
const SETTLE_MS = 10;

const commands = {
  port: () => exposition.port,

  /** One observation in every series, all in different buckets: nothing of the last scrape can be used again. */
  observe: () => {
    for (const [i, { method, route, status_class }] of labelSets.entries()) {
      // A new object each time, as a caller has it: a library that keeps what it is given has to answer for it.
      exposition.observe({ method, route, status_class }, ((i * 37) % 1000) / 100);
    }
  },

  /**
   * Bytes on the heap and outside of it after a collection. Node counts shared memory, where our cells are, under
   * `arrayBuffers` only; buffers that are not shared count twice here, and the collection leaves next to none.
   */
  memory: async () => {
    for (let i = 0; i < 3; i += 1) {
      globalThis.gc?.();
      // Finalizers and weak references are cleared in a later turn.
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

  /** The longest time since `watchEventLoop` in which the event loop did not come round, in ms. */
  longestDelay: async () => {
    await wait(SETTLE_MS);
    delay.disable();
    return delay.max / 1e6;
  },
};
export type SeriesServer = typeof commands;

answer(commands);
