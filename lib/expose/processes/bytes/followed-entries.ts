import { FollowedFamily } from '../../followed-family.js';
import { type FamilyReading } from '../../reading.js';
import { assertFamily, assertSeries } from './assert-data.js';
import { type ShortEntry } from './entries.js';

/** The families and series that follow from entries of another process. What they are worth is checked afterwards. */
export class FollowedEntries {
  private readonly families = new Map<number, FollowedFamily>();

  hear(entry: ShortEntry): void {
    switch (entry[0]) {
      case 'm':
        this.families.set(entry[1], new FollowedFamily(assertFamily(entry[2])));
        break;
      case 's':
      case 'o': {
        const [kind, metric, labels, createdSeconds, chunk, at] = entry;
        this.families.get(metric)?.add(assertSeries({ labels, createdSeconds, chunk, at }), kind === 'o');
        break;
      }
      case 'x': {
        const [, metric, chunk, at, exemplarsChunk, exemplarsAt] = entry;
        this.families.get(metric)?.giveExemplars({ chunk, at }, { chunk: exemplarsChunk, at: exemplarsAt });
        break;
      }
      case 'r': {
        const [, metric, ...places] = entry;
        for (let i = 0; i < places.length; i += 2) {
          this.families.get(metric)?.remove({ chunk: places[i]!, at: places[i + 1]! });
        }
      }
    }
  }

  read(): readonly FamilyReading[] {
    return Array.from(this.families.values(), (family) => family.read());
  }
}
