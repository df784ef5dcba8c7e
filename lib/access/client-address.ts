import { type IncomingMessage } from 'node:http';
import { type Address, type AddressRanges, parseAddress } from './address-ranges.js';

/** A chain of proxies that is longer is not read. */
const MAX_HOPS = 32;

/**
 * The address of a client: that of its connection. If the connection comes from a proxy that is trusted, the right-most
 * address in `X-Forwarded-For` that is not a trusted proxy: each proxy adds the address that it sees, so what a client
 * writes stays on the left.
 *
 * @returns undefined without an address, as over a Unix socket, and if a trusted proxy does not say for whom it asks
 */
export function clientAddress(request: IncomingMessage, proxies: AddressRanges): Address | undefined {
  const connected = parseAddress(remoteAddress(request));
  if (connected === undefined || !proxies.includes(connected)) return connected;
  return forwardedAddress(String(request.headers['x-forwarded-for'] ?? ''), proxies);
}

/** Simulated requests can have no socket. */
function remoteAddress({ socket }: IncomingMessage): string {
  return (socket as IncomingMessage['socket'] | null | undefined)?.remoteAddress ?? '';
}

function forwardedAddress(header: string, proxies: AddressRanges): Address | undefined {
  const hops = header.split(',', MAX_HOPS + 1);
  if (hops.length > MAX_HOPS) return undefined;
  let address: Address | undefined;
  for (const hop of hops.toReversed()) {
    address = parseAddress(hop.trim());
    if (address === undefined || !proxies.includes(address)) return address;
  }
  return address;
}
