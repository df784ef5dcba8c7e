import { type ClosedLabel, type LabelDefinitions } from './definition.js';

/** How many label sets there can be; infinite with a label that is not closed. */
export function combinationCount(labels: LabelDefinitions): number {
  return Object.values(labels).reduce(
    (product, label) => product * (isClosed(label) ? label.values.length : Infinity),
    1,
  );
}

/** Every label set of closed labels. */
export function combinationsOf(labels: LabelDefinitions): readonly Readonly<Record<string, string>>[] {
  let all: readonly Readonly<Record<string, string>>[] = [{}];
  for (const [name, label] of Object.entries(labels)) {
    const values = isClosed(label) ? label.values : [];
    all = all.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  }
  return all;
}

/** Whether these are values that closed labels have declared, one for each label. */
export function isCombinationOf(labels: LabelDefinitions, values: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(
    ([name, label]) => isClosed(label) && label.values.some((value) => value === values[name]),
  );
}

function isClosed(label: LabelDefinitions[string]): label is ClosedLabel {
  return 'values' in label;
}
