import { clearTimeout, setTimeout } from 'node:timers';

/**
 * Aborts work that takes too long, or that `given` gives up. Other than `AbortSignal.timeout`, it keeps the process alive
 * until then, so that a process that ends waits for its last push.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly endsAt: number;
  private readonly pass = () => this.controller.abort(this.given?.reason);

  constructor(
    ms: number,
    private readonly given?: AbortSignal,
  ) {
    this.endsAt = performance.now() + ms;
    this.timer = setTimeout(() => this.controller.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
    if (given?.aborted === true) this.pass();
    given?.addEventListener('abort', this.pass, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get leftMs(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  /** Leaves no timer and no listener. */
  end(): void {
    clearTimeout(this.timer);
    this.given?.removeEventListener('abort', this.pass);
  }
}
