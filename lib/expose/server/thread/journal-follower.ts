import { setImmediate as nextTurn } from 'node:timers/promises';
import { CELLS_PER_CHUNK } from '../../../metrics/cells.js';
import { type FamilyData, type SeriesData } from '../../../metrics/family-data.js';
import { type JournalEntry } from '../../../metrics/journal.js';
import { type FamilyReading } from '../../reading.js';

/** Entries about cells that were given back are posted before: they are here after a turn or two. */
const MAX_TURNS = 100;

/** A chunk of cells in shared memory. */
interface SharedChunk {
  readonly cells: Float64Array;
  readonly generation: Int32Array;
  /** The generation that follows from the entries so far. */
  heard: number;
}

/** Families, and copies of the cells that their series have. */
export interface FollowedReading {
  readonly families: readonly FamilyReading[];
  readonly chunks: readonly Float64Array[];
}

/** Knows every series and its cells from the journal, without asking the thread that counts. */
export class JournalFollower {
  private readonly chunks: SharedChunk[] = [];
  private readonly families: FollowedFamily[] = [];

  hear(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'chunk':
        this.chunks[entry.chunk] = sharedChunk(entry);
        break;
      case 'metric':
        this.families[entry.metric] = new FollowedFamily(entry);
        break;
      case 'series':
        this.families[entry.metric]!.add(entry, entry.overflow);
        break;
      case 'removed':
        this.families[entry.metric]!.remove(entry);
        this.chunks[entry.chunk]!.heard += 1;
    }
  }

  /** All families as of the entries so far. Later entries do not change what was read. */
  readFamilies(): readonly FamilyReading[] {
    return this.families.map((family) => family.read());
  }

  /**
   * Copies the cells while the other thread may go on counting in them. Each number is whole, as is the count of a
   * histogram, which is the sum of its buckets; numbers of several series may be of different instants.
   */
  async readShared(): Promise<FollowedReading> {
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const chunks = this.chunks.map(({ cells }) => cells.slice());
      if (this.chunks.every(isHeard)) return { families: this.readFamilies(), chunks };
      await nextTurn();
    }
    throw new Error('The entries about removed series did not arrive.');
  }
}

function isHeard({ generation, heard }: SharedChunk): boolean {
  return Atomics.load(generation, 0) === heard;
}

function sharedChunk({ buffer, generation }: JournalEntry & { readonly kind: 'chunk' }): SharedChunk {
  const bytes = CELLS_PER_CHUNK * Float64Array.BYTES_PER_ELEMENT;
  return {
    cells: new Float64Array(buffer, 0, CELLS_PER_CHUNK),
    generation: new Int32Array(buffer, bytes, 1),
    heard: generation,
  };
}

/** A family, and its series by their place: no two series have the same cells at the same time. */
class FollowedFamily {
  private readonly data: FamilyData;
  private readonly series = new Map<number, SeriesData>();
  private overflow: SeriesData | undefined;
  /** The list that readings share until a series is made or removed. */
  private listed: readonly SeriesData[] | undefined;

  constructor({ name, help, type, unit, bounds, readAtScrape }: FamilyData) {
    this.data = { name, help, type, unit, bounds, readAtScrape };
  }

  add({ labels, chunk, at }: SeriesData, overflow: boolean): void {
    const series = { labels, chunk, at };
    if (overflow) this.overflow = series;
    else this.series.set(placeOf(series), series);
    this.listed = undefined;
  }

  remove(series: Omit<SeriesData, 'labels'>): void {
    this.series.delete(placeOf(series));
    this.listed = undefined;
  }

  read(): FamilyReading {
    const series = (this.listed ??= [...this.series.values()]);
    return { ...this.data, series, seriesCount: series.length, overflow: this.overflow };
  }
}

function placeOf({ chunk, at }: Omit<SeriesData, 'labels'>): number {
  return chunk * CELLS_PER_CHUNK + at;
}
