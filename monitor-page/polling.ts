import { type MonitorState, type Window } from '../lib/monitor/state.js';
import { parseState } from './state-shape.js';
import { dataUrl } from './urls.js';

const EVERY_MS = 5000;
/** Rarely: each refusal counts as a failed login somewhere, and may make the browser ask for a password. */
const EVERY_MS_WHEN_REFUSED = 30_000;
const TIMEOUT_MS = 10_000;

export type Failure = 'unreachable' | 'refused';
export interface PollListener {
  readonly onState: (state: MonitorState) => void;
  readonly onFail: (failure: Failure) => void;
}

/** A redirect is not followed: it leads to a login page, often of another origin. */
const isRefusal = ({ status, type }: Response): boolean =>
  status === 401 || status === 403 || type === 'opaqueredirect';

async function askOnce(window: Window, signal: AbortSignal): Promise<MonitorState | Failure> {
  try {
    const response = await fetch(dataUrl(window), { cache: 'no-store', redirect: 'manual', signal });
    if (isRefusal(response)) return 'refused';
    return (response.ok ? parseState(await response.text()) : undefined) ?? 'unreachable';
  } catch {
    return 'unreachable';
  }
}

/** Asks for `data.json` at once and again and again, until stopped by the function that is returned. */
export function pollData(window: Window, { onState, onFail }: PollListener): () => void {
  let current = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  let stopped = false;

  async function ask(): Promise<void> {
    current = new AbortController();
    timer = setTimeout(() => current.abort(), TIMEOUT_MS);
    const answer = await askOnce(window, current.signal);
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => void ask(), answer === 'refused' ? EVERY_MS_WHEN_REFUSED : EVERY_MS);
    if (typeof answer === 'string') onFail(answer);
    else onState(answer);
  }

  void ask();
  return () => {
    stopped = true;
    clearTimeout(timer);
    current.abort();
  };
}
