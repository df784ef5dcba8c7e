import { clearTimeout, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { type Journal } from '../../metrics/journal.js';
import { type Collection } from '../collectors.js';
import { type ScrapeAnswer, type ScrapeQuestion } from '../exposition-source.js';
import { type Filter } from '../filter.js';
import { unlessGone } from '../shared-work.js';
import { type BoundAddress } from './bound-address.js';
import { JournalFeed } from './journal-feed.js';
import { type Door, type FromThread, type ListenFault, type ThreadReport, type ToThread } from './messages.js';
import { PendingAnswers } from './pending-answers.js';
import { type ThreadSettings } from './thread-settings.js';

/**
 * The heap that the thread may have; buffers are outside of it. A young generation of the usual size would take more
 * memory than everything else in the thread.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 };
/** The thread gets this long to end its answers. */
const STOP_WITHIN_MS = 3000;

/** What the thread asks of the application's thread, and tells it. */
export interface ThreadHost {
  readonly journal: Journal;
  /** Runs the collectors that the filter asks for. */
  readonly collect: (timeoutSeconds: number, givenUp: AbortSignal, filter: Filter | undefined) => Promise<Collection>;
  readonly copyCells: () => readonly Float64Array[];
  /** Asks the function of a lock about a token. */
  readonly askToken: (door: Door, token: string) => unknown;
  /** This process has its number among the others. */
  joined(slot: number): void;
  notJoined(reason: string): void;
  listening(address: BoundAddress): void;
  /** The port could not be opened. It is tried again, unless that is final. */
  notListening(fault: ListenFault): void;
  reported(report: ThreadReport): void;
  readonly failed: (error: unknown) => void;
}

/** One thread of the endpoint, from its start to its end. */
export class EndpointThread {
  /** Resolves when the thread has ended, by `stop()` or by itself; with the error that ended it, if there is one. */
  readonly ended: Promise<unknown>;

  private readonly worker: Worker;
  private readonly feed: JournalFeed;
  private readonly questions = new PendingAnswers<ScrapeAnswer>();
  private readonly collections = new Map<number, AbortController>();
  private stopped: (() => void) | undefined;

  /** @param program the text of the thread's program */
  constructor(
    program: string,
    private readonly host: ThreadHost,
  ) {
    this.worker = new Worker(program, {
      eval: true,
      name: 'metrics endpoint',
      resourceLimits: RESOURCE_LIMITS,
      // Loaders and preloaded modules of the application would be loaded a second time.
      execArgv: [],
      env: {},
    });
    this.worker.on('message', (message: FromThread) => this.hear(message));
    this.worker.on('messageerror', (error) => this.host.failed(error));
    // The process lives no longer than it would without us. A listener for messages undoes an earlier `unref()`.
    this.worker.unref();
    this.ended = this.untilEnd();
    this.feed = new JournalFeed(host.journal, (entries) => this.post({ kind: 'journal', entries }));
  }

  /** Opens the port, and the directory of the processes. */
  serve(settings: ThreadSettings): void {
    this.post({ kind: 'serve', settings });
    this.feed.start();
  }

  /** The thread asked to be told. */
  counted(): void {
    this.post({ kind: 'counted' });
  }

  /** The process ends without closing the application. */
  saveLast(): void {
    this.feed.flush();
    this.post({ kind: 'saveLast' });
  }

  /** Rejects when the thread ends before it has answered, or `gone` is aborted. */
  async ask(question: ScrapeQuestion, gone: AbortSignal | undefined): Promise<ScrapeAnswer> {
    const { id, answer } = this.questions.ask();
    this.post({ kind: 'question', id, question });
    try {
      return await unlessGone(answer, gone);
    } finally {
      if (this.questions.forget(id)) this.post({ kind: 'gone', id });
    }
  }

  /** Answers that are under way may end; then the port is closed. */
  async stop(): Promise<void> {
    const stopped = new Promise<void>((resolve) => (this.stopped = resolve));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_WITHIN_MS)));
    this.post({ kind: 'stop' });
    await Promise.race([stopped, this.ended, late]);
    clearTimeout(timer);
    await this.worker.terminate();
    await this.ended;
  }

  private async untilEnd(): Promise<unknown> {
    let cause: unknown;
    this.worker.on('error', (error) => (cause = error));
    const code = await new Promise<number>((resolve) => this.worker.once('exit', resolve));
    this.feed.stop();
    for (const collection of this.collections.values()) collection.abort();
    this.questions.rejectAll(new Error('The thread of the endpoint has ended.'));
    return cause ?? new Error(`The thread of the endpoint has ended with the exit code ${code}.`);
  }

  private hear(message: FromThread): void {
    switch (message.kind) {
      case 'ping':
        this.post({ kind: 'turned', id: message.id });
        break;
      case 'collect':
        void this.collect(message.id, message.timeoutSeconds, message.filter);
        break;
      case 'abandon':
        this.collections.get(message.id)?.abort();
        break;
      case 'token':
        void this.checkToken(message.id, message.door, message.token);
        break;
      case 'answer':
        this.questions.resolve(message.id, message.answer);
        break;
      case 'failed':
        this.questions.reject(message.id, new Error(message.error));
        break;
      case 'report':
        this.host.reported(message.report);
        this.post({ kind: 'reported' });
        break;
      case 'joined':
        this.host.joined(message.slot);
        break;
      case 'notJoined':
        this.host.notJoined(message.reason);
        break;
      case 'listening':
        this.host.listening(message.address);
        break;
      case 'notListening':
        this.host.notListening(message.fault);
        break;
      case 'stopped':
        this.stopped?.();
    }
  }

  private async collect(id: number, timeoutSeconds: number, filter: Filter | undefined): Promise<void> {
    const givenUp = new AbortController();
    this.collections.set(id, givenUp);
    try {
      const collection = await this.host.collect(timeoutSeconds, givenUp.signal, filter);
      // In the same turn: cells that were copied before a series was removed would show its numbers for the next one.
      this.feed.flush();
      const chunks = this.host.copyCells();
      this.post(
        { kind: 'collected', id, collected: { ...collection, chunks } },
        chunks.map(({ buffer }) => buffer as ArrayBuffer),
      );
    } catch (error) {
      if (!givenUp.signal.aborted) this.host.failed(error);
    } finally {
      this.collections.delete(id);
    }
  }

  /** Only `true` is a yes. */
  private async checkToken(id: number, door: Door, token: string): Promise<void> {
    let isRight = false;
    try {
      isRight = (await this.host.askToken(door, token)) === true;
    } catch (error) {
      this.host.failed(error);
    }
    this.post({ kind: 'tokenChecked', id, isRight });
  }

  private post(message: ToThread, handedOver: readonly ArrayBuffer[] = []): void {
    // A thread has no origin; the rule takes it for a window.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.worker.postMessage(message, handedOver);
  }
}
