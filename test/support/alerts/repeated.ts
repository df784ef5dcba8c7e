import { setTimeout as pause } from 'node:timers/promises';

/** Work that is done again and again by several at a time, until it is stopped. What fails is tried again. */
export class Repeated {
  #isStopped = false;
  readonly #workers: Promise<unknown>;

  constructor(work: () => Promise<unknown>, { workers = 1, pauseMs = 0 } = {}) {
    this.#workers = Promise.all(Array.from({ length: workers }, () => this.#repeat(work, pauseMs)));
  }

  /** Resolves when the work that has begun has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#workers;
  }

  async #repeat(work: () => Promise<unknown>, pauseMs: number): Promise<void> {
    while (!this.#isStopped) {
      await work().catch(() => undefined);
      await pause(pauseMs);
    }
  }
}
