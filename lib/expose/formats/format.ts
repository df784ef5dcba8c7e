import { type Unit } from '../../metrics/family-data.js';
import { type ForeignExemplar, type ForeignFamily } from '../foreign-family.js';

/** What stands before the samples of a family. */
export interface FamilyHead {
  readonly name: string;
  readonly help: string;
  readonly type: ForeignFamily['type'];
  readonly unit?: Unit | undefined;
}

/** What is different between the text formats; the lines of samples are the same in all of them. */
export interface ExpositionFormat {
  readonly contentType: string;
  /** Every line before the samples, each ended. */
  head(family: FamilyHead): string;
  /** The name under which the family stands: two of them must not share it. */
  familyName(family: FamilyHead): string;
  /** A number as the value of `le`. */
  bound(value: number): string;
  /** What follows the value of a sample. */
  exemplar(exemplar: ForeignExemplar): string;
  /** The last line of an exposition. */
  readonly end: string;
}
