import { type CellPlace } from '../metrics/cell-address.js';
import { type Chunk, chunkIn, copyChunks, copyUnmoved } from '../metrics/cells.js';
import { type JournalEntry } from '../metrics/journal.js';
import { FollowedFamily } from './followed-family.js';
import { type FamilyReading } from './reading.js';

/** An application that removes series all the time leaves only moments in which every entry about them has arrived. */
const LONGEST_READ_MS = 500;

/** How long such a moment is waited for. On a busy machine it may not come for half a second. */
const LONGEST_WAIT_MS = 3000;

/** A chunk of cells in shared memory. */
interface SharedChunk extends Chunk {
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

  /** @param receive handles the messages that have arrived, without a turn of the event loop */
  constructor(private readonly receive: () => void) {}

  hear(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'chunk':
        this.chunks[entry.chunk] = { ...chunkIn(entry.buffer), heard: entry.generation };
        break;
      case 'metric':
        this.families[entry.metric] = new FollowedFamily(entry);
        break;
      case 'series':
        this.families[entry.metric]!.add(entry, entry.overflow);
        break;
      case 'exemplars':
        this.families[entry.metric]!.giveExemplars(entry, entry.exemplars);
        break;
      case 'removed':
        for (const place of entry.places) this.remove(this.families[entry.metric]!, place);
    }
  }

  private remove(family: FollowedFamily, place: CellPlace): void {
    family.remove(place);
    const chunk = this.chunks[place.chunk]!;
    // As the generation, a whole number of 32 bits that begins anew.
    chunk.heard = (chunk.heard + 1) | 0;
  }

  /** All families as of the entries so far. Later entries do not change what was read. */
  readFamilies(): readonly FamilyReading[] {
    return this.families.map((family) => family.read());
  }

  /**
   * Reads the cells while the other thread may go on counting in them. Each number is whole, as is the count of a
   * histogram, which is the sum of its buckets; numbers of several series may be of different instants.
   *
   * @errors throws when entries about cells that were given back do not arrive
   */
  readShared(): FollowedReading {
    const startedAt = performance.now();
    for (;;) {
      const reading = this.readReceived();
      if (reading !== undefined) return reading;
      const ms = performance.now() - startedAt;
      const classic = ms < LONGEST_READ_MS ? undefined : this.readClassic();
      if (classic !== undefined) return classic;
      if (ms > LONGEST_WAIT_MS) throw new Error('The entries about removed series did not arrive.');
    }
  }

  private readReceived(): FollowedReading | undefined {
    this.receive();
    const reading = this.readNow();
    const known = this.chunks.length;
    this.receive();
    // Native buckets may have moved to a chunk that was not known yet.
    return this.chunks.length === known ? reading : undefined;
  }

  /** Undefined if native buckets move, or while entries about cells that were given back are on their way. */
  private readNow(): FollowedReading | undefined {
    const chunks = this.copyHeard(copyUnmoved);
    return chunks && { families: this.readFamilies(), chunks };
  }

  /** For an application that moves native buckets all the time: without them. */
  private readClassic(): FollowedReading | undefined {
    const chunks = this.copyHeard(copyChunks);
    return chunks && { families: this.readFamilies().map((family) => ({ ...family, native: false })), chunks };
  }

  private copyHeard(copy: typeof copyUnmoved): ReturnType<typeof copyUnmoved> {
    const isHeard = () => this.chunks.every(({ generation, heard }) => Atomics.load(generation, 0) === heard);
    if (!isHeard()) return undefined;
    const chunks = copy(this.chunks);
    return isHeard() ? chunks : undefined;
  }
}
