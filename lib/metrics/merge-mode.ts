/** How the numbers of several processes become one, for counters and histograms. */
export const COUNT_MERGE_MODES = ['sum', 'each'] as const;
export type CountMergeMode = (typeof COUNT_MERGE_MODES)[number];

/** The same for gauges. */
export const MERGE_MODES = [...COUNT_MERGE_MODES, 'max', 'min', 'mostRecent'] as const;

/**
 * How a metric is merged where several processes answer as one (option `processes`):
 *
 * - `sum`: the values of all processes added up
 * - `max`, `min`: the largest or the smallest of them
 * - `mostRecent`: the value that was set last, whichever process set it
 * - `each`: a series for each process, told apart by the label `process`
 *
 * Counters and histograms know `sum` and `each`. Gauges that are not set do not take part. What a process counted is kept
 * when it ends, except with `each`; its gauges go with it.
 */
export type MergeMode = (typeof MERGE_MODES)[number];

/** The label that `each` adds: the number of the process among those that run, from 0. */
export const PROCESS_LABEL = 'process';
