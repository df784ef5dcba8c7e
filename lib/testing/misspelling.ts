import { type Labels } from '../exposition/family.js';
import { familyOf } from './family-of.js';
import { similarNames } from '../exposition/similar-names.js';
import { type Snapshot } from '../exposition/snapshot.js';

/**
 * What is misspelt, as a sentence; undefined if nothing is. A name that nothing has would make "did not increase" true
 * whatever happens. A label value may be one that is yet to come, so it is not judged.
 */
export function misspelling(name: string, labels: Labels, snapshot: Snapshot): string | undefined {
  const series = snapshot.series(name);
  if (series.length === 0) return familyOf(snapshot, name) === undefined ? unknownName(name, snapshot) : undefined;
  const known = new Set(series.flatMap((one) => Object.keys(one.labels)));
  const unknown = Object.keys(labels).find((label) => labels[label] !== '' && !known.has(label));
  if (unknown === undefined) return undefined;
  return `no series of it has the label ${unknown} (they have ${[...known].join(', ') || 'none'})`;
}

function unknownName(name: string, { names }: Snapshot): string {
  const similar = similarNames(name, names);
  return `there is no metric of that name${similar.length === 0 ? '' : ` (did you mean ${similar.join(' or ')}?)`}`;
}
