/** What processes tell each other about the library. */
export interface LibraryData {
  readonly version: string;
  /** The names of the gauges of how many processes there are, and how many of them did not answer. */
  readonly metrics: { readonly processes: string; readonly unanswered: string };
}

/** What the thread is given to make this process one of many. Plain data. */
export interface ProcessSettings extends LibraryData {
  readonly directory: string;
  readonly application: string;
  /** Of this process, whichever of its threads it is. */
  readonly id: string;
  /** The number that an earlier thread of this process had. */
  readonly formerSlot: number | undefined;
  /** The memory of the `CountSignal`. */
  readonly signal: SharedArrayBuffer;
}
