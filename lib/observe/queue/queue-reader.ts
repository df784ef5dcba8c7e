import { QUEUE_STATES, type QueueState } from '../queue-events.js';
import { type Sink } from '../sink.js';
import { type Queue } from './bullmq-types.js';

/** How long a scrape waits for a queue. Its Redis answers within milliseconds or is in trouble. */
const TIMEOUT_MS = 1000;

/**
 * Asks a queue of the application for its numbers of jobs, over the connection that the queue has. While a question is not
 * answered, no other one is asked, and scrapes do not wait for it again.
 */
export class QueueReader {
  /** The `collector` label. */
  readonly name: string;
  private isAsking = false;

  constructor(
    private readonly queue: Queue,
    private readonly sink: Sink,
  ) {
    this.name = `queue ${queue.name}`;
  }

  /** @errors rejects if the queue has not answered in time, or not yet the last question */
  async collect(): Promise<void> {
    try {
      const counts = await this.ask();
      this.sink.listeners.queueRead(this.queue.name, byState(counts));
    } catch (error) {
      // Better no number than an old one.
      this.sink.listeners.queueRead(this.queue.name, undefined);
      throw error;
    }
  }

  private async ask(): Promise<Readonly<Record<string, number>>> {
    const late = new Error(`The queue ${this.queue.name} did not tell its number of jobs within ${TIMEOUT_MS} ms.`);
    if (this.isAsking) throw late;
    this.isAsking = true;
    const answer = this.queue.getJobCounts().finally(() => (this.isAsking = false));
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(late), TIMEOUT_MS);
    });
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function byState(counts: Readonly<Record<string, number>>): Readonly<Record<QueueState, number>> {
  const all = QUEUE_STATES.map((state) => [state, counts[state.replace('_', '-')] ?? 0]);
  return Object.fromEntries(all) as Record<QueueState, number>;
}
