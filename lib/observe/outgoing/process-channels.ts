import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type ChannelHandlers } from './channel-handlers.js';
import { nodeHandlers } from './node-requests.js';
import { type OutgoingObserver } from './outgoing-observer.js';
import { undiciHandlers } from './undici-requests.js';

type Subscriber = (message: unknown) => void;

/** The channels of Node and undici, which belong to the process and not to an application. */
export class ProcessChannels {
  private readonly observers: OutgoingObserver[] = [];
  private readonly subscribers: readonly (readonly [string, Subscriber])[];

  constructor() {
    const find = () => this.current;
    this.subscribers = [...this.guarded(nodeHandlers(find)), ...this.guarded(undiciHandlers(find))];
  }

  /**
   * From now on, the observer is told of requests. The channels are subscribed to as long as there is one.
   *
   * @returns the function that ends it
   */
  join(observer: OutgoingObserver): () => void {
    if (this.observers.length === 0) for (const [name, subscriber] of this.subscribers) subscribe(name, subscriber);
    this.observers.push(observer);
    return () => this.leave(observer);
  }

  private leave(observer: OutgoingObserver): void {
    const at = this.observers.indexOf(observer);
    if (at === -1) return;
    this.observers.splice(at, 1);
    if (this.observers.length === 0) for (const [name, subscriber] of this.subscribers) unsubscribe(name, subscriber);
  }

  /** The application whose code sends the request, and else the one that was there first: a request counts once. */
  private get current(): OutgoingObserver | undefined {
    const { observers } = this;
    if (observers.length < 2) return observers[0];
    return observers.find(({ isCurrent }) => isCurrent) ?? observers[0];
  }

  /** What a subscriber throws would end the process. */
  private guarded(handlers: ChannelHandlers<never>): readonly (readonly [string, Subscriber])[] {
    return Object.entries(handlers).map(([name, handle]) => [
      name,
      (message) => {
        try {
          handle(message as never);
        } catch (error) {
          this.observers[0]?.failed(error);
        }
      },
    ]);
  }
}

export const PROCESS_CHANNELS = new ProcessChannels();
