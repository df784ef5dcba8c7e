import { type FamilyReading, type Reading } from '../../lib/expose/reading.js';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { type CellPlace } from '../../lib/metrics/cell-address.js';
import { type Chunk, chunkIn, copyUnmoved } from '../../lib/metrics/cells.js';
import { familyData, type FamilyData, type SeriesData } from '../../lib/metrics/family-data.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';

/** Takes readings from what the journal says and from nothing else, as another thread has to. */
export class JournalReader {
  private readonly chunks: Chunk[] = [];
  private readonly families: JournalFamily[] = [];

  hear(entry: JournalEntry): void {
    if (entry.kind === 'chunk') this.chunks[entry.chunk] = chunkIn(entry.buffer);
    else if (entry.kind === 'metric') this.families[entry.metric] = new JournalFamily(entry);
    else if (entry.kind === 'series') this.families[entry.metric]!.add(entry, entry.overflow);
    else if (entry.kind === 'exemplars') this.families[entry.metric]!.giveExemplars(entry, entry.exemplars);
    else for (const place of entry.places) this.families[entry.metric]!.remove(place);
  }

  /** While nobody removes series: it does not look at the generations of the chunks. */
  read(foreign: readonly ForeignFamily[] = []): Reading {
    return {
      own: this.families.map((family) => family.read()),
      chunks: this.copy(),
      foreign,
    };
  }

  /** Native buckets move a few times only. */
  private copy(): readonly Float64Array[] {
    for (;;) {
      const copies = copyUnmoved(this.chunks);
      if (copies !== undefined) return copies;
    }
  }
}

class JournalFamily {
  private readonly data: FamilyData;
  private readonly series = new Map<string, SeriesData>();
  private overflow: SeriesData | undefined;

  constructor(entry: FamilyData) {
    this.data = familyData(entry);
  }

  add({ labels, chunk, at, createdSeconds, exemplars }: SeriesData, overflow: boolean): void {
    const series = { labels, chunk, at, createdSeconds, exemplars };
    if (overflow) this.overflow = series;
    else this.series.set(`${chunk} ${at}`, series);
  }

  giveExemplars({ chunk, at }: CellPlace, exemplars: CellPlace): void {
    const series = this.series.get(`${chunk} ${at}`);
    if (series !== undefined) this.add({ ...series, exemplars }, false);
    else if (this.overflow !== undefined) this.add({ ...this.overflow, exemplars }, true);
  }

  remove({ chunk, at }: CellPlace): void {
    this.series.delete(`${chunk} ${at}`);
  }

  read(): FamilyReading {
    const series = [...this.series.values()];
    return { ...this.data, series, seriesCount: series.length, overflow: this.overflow };
  }
}
