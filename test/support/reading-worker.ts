import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { rolldown } from 'rolldown';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { type Question } from './reading-worker-main.js';

/** A thread that renders what it learns from the journal, with the library's own renderer. */
export class ReadingWorker {
  private constructor(private readonly worker: Worker) {}

  static async start(): Promise<ReadingWorker> {
    const bundle = await rolldown({
      input: fileURLToPath(new URL('./reading-worker-main.ts', import.meta.url)),
      platform: 'node',
    });
    const { output } = await bundle.generate({ format: 'cjs' });
    await bundle.close();
    const worker = new Worker(output[0].code, { eval: true });
    await once(worker, 'online');
    return new ReadingWorker(worker);
  }

  readonly hear = (entry: JournalEntry): void => this.send(entry);

  async exposition(question: Omit<Question, 'kind'>): Promise<string> {
    const answer = once(this.worker, 'message');
    this.send({ kind: 'question', ...question });
    const [text] = (await answer) as [string];
    return text;
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
