import { type MonitorState, type Window } from '../lib/monitor/state.js';
import { parseState } from './state-shape.js';
import { eventsUrl } from './urls.js';

/** The first event is sent at once; a proxy that collects the answer before it passes it on never sends one. */
const FIRST_EVENT_MS = 5000;
const SILENCE_MS = 15_000;

export interface StreamListener {
  readonly onState: (state: MonitorState) => void;
  /** The browser opens the stream again by itself; when that takes too long, it fails. */
  readonly onInterruption: () => void;
  /** Called once at most, after which nothing else is. */
  readonly onFail: () => void;
}

/** Follows `events` until it fails or is closed by the function that is returned. */
export function followEvents(window: Window, { onState, onInterruption, onFail }: StreamListener): () => void {
  const source = new EventSource(eventsUrl(window));
  let opened = false;
  let silence = setTimeout(fail, FIRST_EVENT_MS);

  function close(): void {
    clearTimeout(silence);
    source.close();
  }
  function fail(): void {
    close();
    onFail();
  }

  source.addEventListener('open', () => {
    opened = true;
  });
  source.addEventListener('error', () => {
    if (!opened || source.readyState === EventSource.CLOSED) fail();
    else onInterruption();
  });
  source.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const state = typeof data === 'string' ? parseState(data) : undefined;
    if (state === undefined) return;
    clearTimeout(silence);
    silence = setTimeout(fail, SILENCE_MS);
    onState(state);
  });
  return close;
}
