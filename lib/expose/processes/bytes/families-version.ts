import { type FamilyReading } from '../../reading.js';
import { entriesOf } from './entries.js';
import { jsonFrame } from './frames.js';

/** Families at a moment, by a number: as long as no series comes or goes, the number is the same. */
export interface VersionedFamilies {
  readonly version: number;
  readonly frame: Uint8Array;
}

/**
 * Numbers the families of this process, so that those who know them need not be told of them again: there are thousands
 * of series, and they seldom change. A list of series is never changed once it was read, so it is known by its identity.
 */
export class FamiliesVersion {
  private readonly numbers = new WeakMap<object, number>();
  private lastNumber = 0;
  private signature = '';
  private current: VersionedFamilies = { version: 0, frame: new Uint8Array() };

  of(families: readonly FamilyReading[]): VersionedFamilies {
    const signature = families.map((family) => this.signatureOf(family)).join();
    if (signature !== this.signature) {
      this.signature = signature;
      const version = this.current.version + 1;
      this.current = { version, frame: jsonFrame('entries', 'own', entriesOf(families)) };
    }
    return this.current;
  }

  private signatureOf({ series, seriesCount, overflow, native }: FamilyReading): string {
    return `${this.numberOf(series)}:${seriesCount}:${native}:${overflow === undefined ? '' : this.numberOf(overflow)}`;
  }

  private numberOf(known: object): number {
    const number = this.numbers.get(known) ?? (this.lastNumber += 1);
    this.numbers.set(known, number);
    return number;
  }
}
