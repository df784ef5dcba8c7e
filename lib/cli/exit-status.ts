/** What a command tells the shell. */
export const EXIT = {
  fine: 0,
  /** It did its work and found something. */
  findings: 1,
  /** It could not do its work: wrong arguments, a source that cannot be read, a file of another kind. */
  failed: 2,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
