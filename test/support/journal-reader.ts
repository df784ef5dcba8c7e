import { type FamilyReading, type Reading } from '../../lib/expose/reading.js';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { type FamilyData, type SeriesData } from '../../lib/metrics/family-data.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';

const CELLS = 8192;

/** Takes readings from what the journal says and from nothing else, as another thread has to. */
export class JournalReader {
  private readonly chunks: Float64Array[] = [];
  private readonly families: JournalFamily[] = [];

  hear(entry: JournalEntry): void {
    if (entry.kind === 'chunk') this.chunks[entry.chunk] = new Float64Array(entry.buffer, 0, CELLS);
    else if (entry.kind === 'metric') this.families[entry.metric] = new JournalFamily(entry);
    else if (entry.kind === 'series') this.families[entry.metric]!.add(entry, entry.overflow);
    else this.families[entry.metric]!.remove(entry);
  }

  /** While nobody removes series: it does not look at the generations of the chunks. */
  read(foreign: readonly ForeignFamily[] = []): Reading {
    return {
      own: this.families.map((family) => family.read()),
      chunks: this.chunks.map((chunk) => chunk.slice()),
      foreign,
    };
  }
}

class JournalFamily {
  private readonly data: FamilyData;
  private readonly series = new Map<string, SeriesData>();
  private overflow: SeriesData | undefined;

  constructor({ name, help, type, unit, bounds, readAtScrape }: FamilyData) {
    this.data = { name, help, type, unit, bounds, readAtScrape };
  }

  add({ labels, chunk, at }: SeriesData, overflow: boolean): void {
    if (overflow) this.overflow = { labels, chunk, at };
    else this.series.set(`${chunk} ${at}`, { labels, chunk, at });
  }

  remove({ chunk, at }: Omit<SeriesData, 'labels'>): void {
    this.series.delete(`${chunk} ${at}`);
  }

  read(): FamilyReading {
    const series = [...this.series.values()];
    return { ...this.data, series, seriesCount: series.length, overflow: this.overflow };
  }
}
