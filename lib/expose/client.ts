import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hasEnded } from '../serving/turn.js';

const IPV4_IN_IPV6 = '::ffff:';

/** Of the eight groups of an IPv6 address, those that name the network: the rest is chosen by the client. */
const NETWORK_GROUPS = 4;

/**
 * Where a request comes from: an IPv4 address, or the /64 network of an IPv6 one, of which a client has all addresses.
 * Requests without an address, as over a Unix socket, share one text.
 */
export function addressOf({ socket }: IncomingMessage): string {
  const address = (socket as IncomingMessage['socket'] | null)?.remoteAddress ?? '';
  if (address.startsWith(IPV4_IN_IPV6)) return address.slice(IPV4_IN_IPV6.length);
  return address.includes(':') ? networkOf(address) : address;
}

/** Node writes an address in its shortest form: `::` stands for all groups of zeros that are missing. */
function networkOf(address: string): string {
  const [before = '', after] = address.split('%')[0]!.split('::');
  const groups = before.split(':').filter((group) => group !== '');
  const behind = after?.split(':').filter((group) => group !== '') ?? [];
  const zeros = Array.from({ length: 8 - groups.length - behind.length }, () => '0');
  return [...groups, ...zeros, ...behind].slice(0, NETWORK_GROUPS).join(':');
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
