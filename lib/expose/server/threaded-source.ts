import { setTimeout as after } from 'node:timers/promises';
import { type ExpositionSource, type ScrapeAnswer, type ScrapeQuestion } from '../exposition-source.js';
import { type EndpointThread } from './endpoint-thread.js';

/** A thread that has not answered this long after the deadline will not do so. */
const MARGIN_MS = 1000;

/**
 * Has the thread of the endpoint answer, and answers in this thread where there is none. Without `here` it is a failure:
 * the numbers of one process are not those of all.
 */
export class ThreadedSource implements ExpositionSource {
  constructor(
    private readonly threadNow: () => EndpointThread | undefined,
    private readonly here: ExpositionSource | undefined,
    private readonly failed: (error: unknown) => void,
  ) {}

  async answer(question: ScrapeQuestion, gone?: AbortSignal): Promise<ScrapeAnswer> {
    const thread = this.threadNow();
    if (thread === undefined) return this.answerHere(question, gone);
    try {
      return await inTime(thread, question, gone);
    } catch (error) {
      gone?.throwIfAborted();
      this.failed(error);
      return this.answerHere(question, gone);
    }
  }

  private answerHere(question: ScrapeQuestion, gone: AbortSignal | undefined): Promise<ScrapeAnswer> {
    if (this.here !== undefined) return this.here.answer(question, gone);
    return Promise.reject(new Error('The thread that reads all processes does not run now.'));
  }
}

async function inTime(
  thread: EndpointThread,
  question: ScrapeQuestion,
  gone: AbortSignal | undefined,
): Promise<ScrapeAnswer> {
  const late = new AbortController();
  const leave = gone === undefined ? late.signal : AbortSignal.any([gone, late.signal]);
  const answered = new AbortController();
  const timer = after(question.timeoutSeconds * 1000 + MARGIN_MS, undefined, { signal: answered.signal });
  timer.then(
    () => late.abort(new Error('The thread of the endpoint did not answer before the deadline.')),
    () => undefined,
  );
  try {
    return await thread.ask(question, leave);
  } finally {
    answered.abort();
  }
}
