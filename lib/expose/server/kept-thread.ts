import { clearTimeout, setTimeout } from 'node:timers';
import { type EndpointThread } from './endpoint-thread.js';
import { type ThreadSettings } from './thread-settings.js';

/** A thread that cannot even start would otherwise be started without a pause. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** A thread that has lived this long is no failed start. */
const LIVED_MS = 60_000;

/** Keeps a thread running: one that ends is replaced by another. */
export class KeptThread {
  private prepared: EndpointThread | undefined;
  private running: EndpointThread | undefined;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  /**
   * @param settings asked for each thread that begins to serve
   * @param ended is told why a thread has ended
   */
  constructor(
    private readonly make: () => EndpointThread,
    private readonly settings: () => ThreadSettings,
    private readonly ended: (cause: unknown) => void,
  ) {}

  /** Undefined while there is none. */
  get current(): EndpointThread | undefined {
    return this.running;
  }

  /** Starts a thread that does not serve yet: its start takes as long as a small boot. */
  prepare(): void {
    if (this.running !== undefined) return;
    const thread = this.make();
    this.prepared = thread;
    void thread.ended.then(() => this.forget(thread));
  }

  start(): void {
    const startedAt = performance.now();
    try {
      const thread = this.prepared ?? this.make();
      this.running = thread;
      this.forget(thread);
      thread.serve(this.settings());
      void thread.ended.then((cause) => this.startAgain(cause, startedAt));
    } catch (error) {
      this.startAgain(error, startedAt);
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await Promise.all([this.prepared?.stop(), this.running?.stop()]);
    this.running = undefined;
  }

  private forget(thread: EndpointThread): void {
    if (this.prepared === thread) this.prepared = undefined;
  }

  private startAgain(cause: unknown, startedAt: number): void {
    if (this.isStopped) return;
    this.running = undefined;
    this.ended(cause);
    if (performance.now() - startedAt > LIVED_MS) this.pauseMs = FIRST_PAUSE_MS;
    this.timer = setTimeout(() => this.start(), this.pauseMs).unref();
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
