/** One run for all who ask while it is under way: `metrics()` reads every one of our families in the same moment. */
export class SharedRefresh {
  private running: Promise<void> | undefined;

  constructor(
    private readonly refresh: () => Promise<void>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Never rejects: numbers that are a little old are better than none. */
  run(): Promise<void> {
    this.running ??= Promise.resolve()
      .then(() => this.refresh())
      .catch((error: unknown) => this.onFault(error))
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }
}
