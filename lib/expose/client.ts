import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hasEnded } from '../serving/turn.js';

const IPV4_IN_IPV6 = '::ffff:';

/** Where a request comes from, one text for each machine. Requests without an address, as over a Unix socket, share one. */
export function addressOf({ socket }: IncomingMessage): string {
  const address = (socket as IncomingMessage['socket'] | null)?.remoteAddress ?? '';
  return address.startsWith(IPV4_IN_IPV6) ? address.slice(IPV4_IN_IPV6.length) : address;
}

/** The one who waits for an answer. Make it when it is the turn of the response, and release it in the end. */
export class Client {
  private readonly leaving = new AbortController();
  private deadline: NodeJS.Timeout | undefined;

  constructor(private readonly response: ServerResponse) {
    response.on('close', this.leave);
    // Writing to a client that has left is no error of the application's.
    response.on('error', ignore);
    if (hasEnded(response)) this.leave();
  }

  /** Aborted when the client has left or was cut off. */
  get gone(): AbortSignal {
    return this.leaving.signal;
  }

  /** The state decides and not the error: each Node has other errors for a connection that broke. */
  get hasLeft(): boolean {
    return this.gone.aborted || hasEnded(this.response);
  }

  /** One that does not read its answer would keep its place and the whole body. */
  cutOffAfter(seconds: number): void {
    this.deadline = setTimeout(() => {
      this.response.destroy();
      this.leave();
    }, seconds * 1000).unref();
  }

  release(): void {
    clearTimeout(this.deadline);
    this.response.off('close', this.leave);
  }

  private readonly leave = (): void => this.leaving.abort();
}

function ignore(): void {}
