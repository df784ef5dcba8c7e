import { type Window } from './state.js';
import { stateOf } from './state-of.js';
import { type MonitorStore, type StoredCounts } from './store.js';

interface Kept {
  readonly madeAt: number;
  readonly json: Promise<string>;
}

/** However many pages are open, the store is read once a second for each window. */
const FRESH_MS = 900;

/** The states that pages and readers of JSON share. */
export class Snapshots {
  private readonly kept = new Map<Window, Kept>();

  constructor(
    private readonly store: MonitorStore,
    private readonly totalsOnly: boolean,
  ) {}

  /** The JSON of a state. */
  of(window: Window): Promise<string> {
    const kept = this.kept.get(window);
    if (kept !== undefined && performance.now() - kept.madeAt < FRESH_MS) return kept.json;
    const json = this.make(window);
    this.kept.set(window, { madeAt: performance.now(), json });
    return json;
  }

  reading(): Promise<StoredCounts> {
    return this.store.read();
  }

  private async make(window: Window): Promise<string> {
    return JSON.stringify(stateOf(await this.store.read(), window, this.totalsOnly));
  }
}
