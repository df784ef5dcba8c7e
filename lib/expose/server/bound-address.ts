/** Where the endpoint of its own listens. */
export interface BoundAddress {
  /** The address that was bound: `0.0.0.0` and `::` are all addresses of the machine. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** The origin of an address as a URL has it, with brackets around IPv6. */
export function originOf({ host, port, isTls }: BoundAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${isTls ? 'https' : 'http'}://${name}:${port}`;
}

/** An address by which this machine reaches itself. */
export function reachableHost({ host }: Pick<BoundAddress, 'host'>): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}
