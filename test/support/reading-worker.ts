import { once } from 'node:events';
import { type Worker } from 'node:worker_threads';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { startBundledWorker } from './bundled-worker.js';
import { type Question } from './reading-worker-main.js';

/** A thread that renders what it learns from the journal, with the library's own renderer. */
export class ReadingWorker {
  private constructor(private readonly worker: Worker) {}

  static async start(): Promise<ReadingWorker> {
    return new ReadingWorker(await startBundledWorker('reading-worker-main.ts'));
  }

  readonly hear = (entry: JournalEntry): void => this.send(entry);

  async exposition(question: Omit<Question, 'kind'>): Promise<Buffer> {
    const answer = once(this.worker, 'message');
    this.send({ kind: 'question', ...question });
    const [bytes] = (await answer) as [Uint8Array];
    return Buffer.from(bytes);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private send(message: JournalEntry | Question): void {
    // A worker has no origin; the rule takes it for a window.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.worker.postMessage(message);
  }
}
