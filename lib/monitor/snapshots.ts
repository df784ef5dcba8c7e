import { type MonitorState, type Window } from './state.js';
import { stateOf } from './state-of.js';
import { type MonitorStore, type Reading } from './store.js';

/** A state, and its JSON as it is sent. */
export interface Snapshot {
  readonly state: MonitorState;
  readonly json: string;
}

interface Kept {
  readonly madeAt: number;
  readonly snapshot: Promise<Snapshot>;
}

/** However many look, the store is read and a state is made once for a window and a second. */
const FRESH_MS = 900;

/** The states that pages and readers of JSON share. */
export class Snapshots {
  private readonly kept = new Map<Window, Kept>();

  constructor(
    private readonly store: MonitorStore,
    private readonly totalsOnly: boolean,
  ) {}

  of(window: Window): Promise<Snapshot> {
    const kept = this.kept.get(window);
    if (kept !== undefined && performance.now() - kept.madeAt < FRESH_MS) return kept.snapshot;
    const snapshot = this.make(window);
    this.kept.set(window, { madeAt: performance.now(), snapshot });
    return snapshot;
  }

  reading(): Promise<Reading> {
    return this.store.read();
  }

  private async make(window: Window): Promise<Snapshot> {
    const state = stateOf(await this.store.read(), window, this.totalsOnly);
    return { state, json: JSON.stringify(state) };
  }
}
