/** A process that the demo has started. */
export interface Part {
  readonly name: string;
  readonly process: { readonly isRunning: boolean; stop: () => Promise<unknown> };
}
