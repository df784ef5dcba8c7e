/** What a command reads from and writes to. Tests have one in memory. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** The result. */
  print(text: string): void;
  /** Notes and errors, which are not part of the result. */
  note(text: string): void;
  /** The width in characters; undefined if the result does not go to a screen. */
  readonly columns: number | undefined;
  readonly hasColours: boolean;
  /** Aborted by Ctrl-C. */
  readonly stop: AbortSignal;
}
