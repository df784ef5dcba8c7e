import { type JournalEntry } from '../../lib/metrics/journal.js';

export interface Follower {
  readonly hear: (entry: JournalEntry) => void;
  /** The numbers of a series; undefined without it, or while entries about its cells are on their way. */
  readonly read: (name: string, labels: string) => readonly number[] | undefined;
  /** `name{labels}` of every series there is. */
  readonly names: () => readonly string[];
}

/**
 * Follows a store from what the journal says, and from nothing else. Its source runs in workers too: it must not refer
 * to anything outside.
 */
export function follower(): Follower {
  const CELLS = 8192;
  const chunks: { cells: Float64Array; generation: Int32Array; heard: number }[] = [];
  const metrics: { name: string; width: number }[] = [];
  const byPlace = new Map<string, string>();
  const series = new Map<string, { chunk: number; at: number; metric: number }>();
  return {
    hear(entry) {
      if (entry.kind === 'chunk') {
        chunks[entry.chunk] = {
          cells: new Float64Array(entry.buffer, 0, CELLS),
          generation: new Int32Array(entry.buffer, CELLS * 8, 1),
          heard: entry.generation,
        };
      } else if (entry.kind === 'metric') {
        const width = entry.type === 'histogram' ? entry.bounds.length + (entry.native ? 4 : 2) : 1;
        metrics[entry.metric] = { name: entry.name, width };
      } else if (entry.kind === 'series') {
        const name = `${metrics[entry.metric]?.name}{${entry.labels}}`;
        series.set(name, entry);
        byPlace.set(`${entry.chunk} ${entry.at}`, name);
      } else if (entry.kind === 'removed') {
        for (const { chunk, at } of entry.places) {
          series.delete(byPlace.get(`${chunk} ${at}`) ?? '');
          chunks[chunk]!.heard += 1;
        }
      }
    },
    read(name, labels) {
      const found = series.get(`${name}{${labels}}`);
      if (found === undefined) return undefined;
      const { width = 0 } = metrics[found.metric] ?? {};
      const { cells, generation, heard } = chunks[found.chunk]!;
      const numbers = [...cells.subarray(found.at, found.at + width)];
      return Atomics.load(generation, 0) === heard ? numbers : undefined;
    },
    names: () => [...series.keys()],
  };
}
