import { addressOf, type CellPlace } from '../metrics/cell-address.js';
import { familyData, type FamilyData, type SeriesData } from '../metrics/family-data.js';
import { type FamilyReading } from './reading.js';

/** A family, and its series by their place: no two series have the same cells at the same time. */
export class FollowedFamily {
  private readonly data: FamilyData;
  private readonly series = new Map<number, SeriesData>();
  private overflow: SeriesData | undefined;
  /** The list that readings share until a series is made or removed. */
  private listed: readonly SeriesData[] | undefined;

  constructor(family: FamilyData) {
    this.data = familyData(family);
  }

  add({ labels, chunk, at, createdSeconds, exemplars }: SeriesData, overflow: boolean): void {
    const series = { labels, chunk, at, createdSeconds, exemplars };
    if (overflow) this.overflow = series;
    else this.series.set(addressOf(series), series);
    this.listed = undefined;
  }

  giveExemplars(place: CellPlace, exemplars: CellPlace): void {
    const series = this.series.get(addressOf(place));
    if (series !== undefined) this.add({ ...series, exemplars }, false);
    else if (this.overflow !== undefined) this.add({ ...this.overflow, exemplars }, true);
  }

  remove(place: CellPlace): void {
    this.series.delete(addressOf(place));
    this.listed = undefined;
  }

  read(): FamilyReading {
    const series = (this.listed ??= [...this.series.values()]);
    return { ...this.data, series, seriesCount: series.length, overflow: this.overflow };
  }
}
