import { type Sink } from '../sink.js';
import { type Gateway } from '../websocket-events.js';
import { type Clients } from './clients.js';
import { type Disconnections } from './web-sockets-controller.js';

/** A client that is connected to a gateway. It closes once, whatever is called later. */
export class Connection {
  private isOpen = true;

  constructor(
    private readonly gateway: Gateway,
    private readonly client: unknown,
    private readonly sink: Sink,
    private readonly clients: Clients,
  ) {
    sink.listeners.websocketOpened(gateway);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.sink.boundary.run('websocket', () => {
      this.sink.listeners.websocketClosed(this.gateway);
      this.clients.left(this.client);
    });
  }

  /** A gateway that disconnects its client at once does so before anybody listens to that. */
  closeIfGone(): void {
    if (Reflect.get(Object(this.client) as object, 'connected') === false) this.close();
  }

  /** The disconnections of a gateway, for the handler of this connection: it tells of no other one. */
  closedBy(disconnections: Disconnections): Disconnections {
    const next = (value: unknown): void => {
      this.close();
      disconnections.next(value);
    };
    return Object.create(disconnections, { next: { value: next } }) as Disconnections;
  }
}
