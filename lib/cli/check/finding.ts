/** How bad a finding is, the worst first. */
export const LEVELS = ['error', 'warning', 'info'] as const;
export type Level = (typeof LEVELS)[number];

/** What finds it. `--json` has these names, so they stay. */
export type CheckName =
  'content-type' | 'lint' | 'overflow' | 'budget' | 'series' | 'missing-metric' | 'missing-label' | 'unused';

export interface Finding {
  readonly level: Level;
  readonly check: CheckName;
  /** The metric it is about; undefined if it is about the whole answer. */
  readonly metric: string | undefined;
  readonly message: string;
}

export function isAtLeast(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(least);
}
