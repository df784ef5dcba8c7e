import { setTimeout as pause } from 'node:timers/promises';
import { send } from '../http-client.js';

const TIMEOUT_MS = 10_000;
/** A process counts as running if it has answered within this time. */
const RECENT_MS = 1000;
/** A primary may hand a connection to a worker until it has noticed that the worker is dead. */
const NOTICED_AFTER_MS = 250;
const PAUSE_AFTER_FAILURE_MS = 20;

interface Kill {
  readonly at: number;
  /** Requests without an answer at that moment. */
  readonly inFlight: number;
}

interface Failure {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly error: unknown;
}

/**
 * Sends requests to an application all the time, each over a connection of its own, and kills the processes that answer.
 * Each request is answered, or was broken by a kill, or is a failure that no kill explains.
 */
export class FireDriver {
  started = 0;
  answered = 0;
  inFlight = 0;
  readonly kills: Kill[] = [];
  readonly #failures: Failure[] = [];
  readonly #answeredAt = new Map<number, number>();
  readonly #killed = new Set<number>();
  readonly #workers: Promise<unknown>;
  #isStopping = false;

  constructor(
    private readonly port: number,
    readonly concurrency: number,
  ) {
    this.#workers = Promise.all(Array.from({ length: concurrency }, () => this.#work()));
  }

  /** The processes that answer requests now. */
  get running(): readonly number[] {
    const since = performance.now() - RECENT_MS;
    const recent = [...this.#answeredAt].filter(([pid, at]) => at > since && !this.#killed.has(pid));
    return recent.map(([pid]) => pid);
  }

  /** What may be missing at the end: each request that was without an answer when a process was killed. */
  get allowance(): number {
    return this.kills.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  get broken(): number {
    return this.#failures.filter((failure) => this.#isExplained(failure)).length;
  }

  get unexplained(): readonly unknown[] {
    return this.#failures.filter((failure) => !this.#isExplained(failure)).map(({ error }) => error);
  }

  kill(pid: number): void {
    this.kills.push({ at: performance.now(), inFlight: this.inFlight });
    this.#killed.add(pid);
    process.kill(pid, 'SIGKILL');
  }

  /** Resolves when the last request has ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#workers;
  }

  async #work(): Promise<void> {
    while (!this.#isStopping) await this.#sendOne();
  }

  async #sendOne(): Promise<void> {
    const startedAt = performance.now();
    this.started += 1;
    this.inFlight += 1;
    try {
      const { status, body } = await send(this.port, { path: '/work', timeoutMs: TIMEOUT_MS });
      if (status !== 200) throw new Error(`A request was answered with ${status}.`);
      this.answered += 1;
      this.#answeredAt.set(Number(body), performance.now());
    } catch (error) {
      this.#failures.push({ startedAt, endedAt: performance.now(), error });
      await pause(PAUSE_AFTER_FAILURE_MS);
    } finally {
      this.inFlight -= 1;
    }
  }

  #isExplained({ startedAt, endedAt }: Failure): boolean {
    return this.kills.some(({ at }) => at > startedAt - NOTICED_AFTER_MS && at < endedAt);
  }
}
