import { type SeriesData, type Unit } from '../../metrics/family-data.js';
import { type ForeignFamily, type ForeignSample } from '../foreign-family.js';
import { type FamilyReading, type Reading } from '../reading.js';
import { type Page } from './page.js';

/** What stands before the samples of a family. */
export interface FamilyHead {
  readonly name: string;
  readonly help: string;
  readonly type: ForeignFamily['type'];
  readonly unit?: Unit | undefined;
}

/** How a reading becomes bytes. */
export interface ExpositionFormat {
  readonly contentType: string;
  /** The name under which the family stands: two of them must not share it. */
  familyName(family: FamilyHead): string;
  /** Begins a family of ours. */
  own(family: FamilyReading, chunks: Reading['chunks'], page: Page): FamilyWriter<SeriesData>;
  /** Begins a family that came from somewhere else. */
  foreign(family: ForeignFamily, page: Page): FamilyWriter<ForeignSample>;
  /** Ends the exposition. */
  end(page: Page): void;
}

/** Writes one family, so that the event loop can turn between two samples. */
export interface FamilyWriter<Sample> {
  write(sample: Sample): void;
  end(): void;
}
