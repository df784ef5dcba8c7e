import { type Filter } from './filter.js';

/** What a scrape asks for. Plain data, so that another thread can be asked. */
export interface ScrapeQuestion {
  /** The `Accept` header. */
  readonly accept: string | undefined;
  /** A format that no `Accept` header can ask for. */
  readonly format?: 'otlp';
  readonly acceptsGzip: boolean;
  readonly timeoutSeconds: number;
  /** Undefined asks for everything. */
  readonly filter: Filter | undefined;
}

/** The body of an answer, and the headers that describe it. Plain data as well. */
export interface ScrapeAnswer {
  readonly contentType: string;
  readonly isGzip: boolean;
  readonly pieces: readonly Uint8Array[];
}

/** Answers scrapes: in this thread, or by asking another one. */
export interface ExpositionSource {
  /** Rejects when `gone` is aborted first, because nobody waits for the answer any more. */
  answer(question: ScrapeQuestion, gone?: AbortSignal): Promise<ScrapeAnswer>;
}
