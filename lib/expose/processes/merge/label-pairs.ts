/** A name, and its value in quotes, in which quotes are escaped. */
const PAIR = /[^=,]+="(?:[^"\\]|\\.)*"/g;

/** Label text in its pairs, each as it is written. */
export function labelPairs(labels: string): readonly string[] {
  return labels.match(PAIR) ?? [];
}

/** The same text for equal label sets: whatever their order, and without empty values, which mean no label. */
export function identityOf(pairs: readonly string[]): string {
  return pairs
    .filter((pair) => !pair.endsWith('=""'))
    .toSorted()
    .join(',');
}
