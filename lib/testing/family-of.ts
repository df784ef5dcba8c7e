import { type Family, sampleNames } from '../exposition/family.js';
import { type Snapshot } from '../exposition/snapshot.js';

/** The family that samples of a name belong to, even if it has none yet; undefined when nobody has announced them. */
export function familyOf({ families }: Snapshot, sampleName: string): Family | undefined {
  return [...families.values()].find((family) => namesOf(family).includes(sampleName));
}

/** In either format: what has no samples yet does not show in which one it was written. */
function namesOf({ name, type }: Family): readonly string[] {
  return [...sampleNames('text', type, name), ...sampleNames('openmetrics', type, name)];
}
