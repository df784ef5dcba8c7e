/** The labels that an expression needs of the series below it. */
export interface LabelUse {
  /** Those that must be there for the expression to make sense: matched, grouped by, joined on. */
  readonly labels: ReadonlySet<string>;
  /** Those of `without` and `ignoring`. An expression works where they are missing. */
  readonly ignoredLabels: ReadonlySet<string>;
}

export const NO_LABELS: LabelUse = { labels: new Set(), ignoredLabels: new Set() };

export function withLabels(use: LabelUse, labels: readonly string[]): LabelUse {
  return { ...use, labels: new Set([...use.labels, ...labels]) };
}

export function withIgnored(use: LabelUse, labels: readonly string[]): LabelUse {
  return { ...use, ignoredLabels: new Set([...use.ignoredLabels, ...labels]) };
}

/** For a part that gets these labels from elsewhere. */
export function withoutLabels(use: LabelUse, labels: readonly string[]): LabelUse {
  return { ...use, labels: new Set([...use.labels].filter((label) => !labels.includes(label))) };
}
