import { type ForeignExemplar } from '../foreign-family.js';
import { type FamilyHead } from './format.js';

/** What is different between the text formats; the lines of samples are the same in all of them. */
export interface TextFormat {
  readonly contentType: string;
  /** Every line before the samples, each ended. */
  head(family: FamilyHead): string;
  familyName(family: FamilyHead): string;
  /** A number as the value of `le`. */
  bound(value: number): string;
  /** What follows the value of a sample; undefined if the format has no exemplars. */
  readonly exemplar: ((exemplar: ForeignExemplar) => string) | undefined;
  /** Whether it knows `_created`. */
  readonly hasCreated: boolean;
  /** The last line of an exposition. */
  readonly end: string;
}
