import { type MonitorState, type Window } from '../lib/monitor/state.js';
import { followEvents } from './event-stream.js';
import { type Failure, pollData } from './polling.js';

const EVENTS_AGAIN_MS = 60_000;

/** `connecting`: for the first time, or again after an interruption of a few seconds. */
export type ConnectionStatus = 'connecting' | 'live' | 'polling' | Failure;

export interface ConnectionListener {
  readonly onState: (state: MonitorState) => void;
  readonly onStatus: (status: ConnectionStatus) => void;
}

const nothing = (): void => {};

/** Events where they come through, answers to questions where they do not, and a try of the events each minute. */
export class Connection {
  readonly #listener: ConnectionListener;
  #window: Window;
  #status: ConnectionStatus = 'connecting';
  #closeEvents = nothing;
  #stopPolling = nothing;
  #eventsAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(window: Window, listener: ConnectionListener) {
    this.#window = window;
    this.#listener = listener;
  }

  open(): void {
    this.close();
    this.#followEvents();
  }

  /** Goes on polling where events failed, instead of waiting for them to fail again. */
  change(window: Window): void {
    this.#window = window;
    const polling = this.#status !== 'live' && this.#status !== 'connecting';
    this.open();
    if (polling) this.#poll();
  }

  close(): void {
    clearTimeout(this.#eventsAgain);
    this.#closeEvents();
    this.#stop();
  }

  #followEvents(): void {
    this.#closeEvents = followEvents(this.#window, {
      onState: (state) => {
        this.#stop();
        this.#hear('live', state);
      },
      onInterruption: () => {
        if (this.#status === 'live') this.#say('connecting');
      },
      onFail: () => {
        this.#eventsAgain = setTimeout(() => this.#followEvents(), EVENTS_AGAIN_MS);
        if (this.#stopPolling === nothing) this.#poll();
      },
    });
  }

  #poll(): void {
    this.#stopPolling = pollData(this.#window, {
      onState: (state) => {
        const isBack = this.#status === 'unreachable' || this.#status === 'refused';
        this.#hear('polling', state);
        if (isBack) this.#tryEventsNow();
      },
      onFail: (failure) => this.#say(failure),
    });
  }

  /** A service that answers again was restarted, most likely, and its events are there as well. */
  #tryEventsNow(): void {
    clearTimeout(this.#eventsAgain);
    this.#closeEvents();
    this.#followEvents();
  }

  #stop(): void {
    this.#stopPolling();
    this.#stopPolling = nothing;
  }

  #hear(status: ConnectionStatus, state: MonitorState): void {
    this.#listener.onState(state);
    this.#say(status);
  }

  #say(status: ConnectionStatus): void {
    this.#status = status;
    this.#listener.onStatus(status);
  }
}
