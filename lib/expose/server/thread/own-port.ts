import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { clearInterval } from 'node:timers';
import { setTimeout as after } from 'node:timers/promises';
import { type BoundAddress } from '../bound-address.js';
import { type ResolvedServerOptions } from '../server.options.js';
import { CrowdedPort } from './crowded-port.js';
import { TlsFiles } from './tls-files.js';

/** A client that sends its request slowly is cut off, and its connection comes back. */
const HTTP_LIMITS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  /** Longer than the usual interval of scrapes, so that a scraper keeps its connection. */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 128 * 1024,
};
/** A client that does not read its answer is cut off after this time without a byte, besides that of the scrape. */
const SILENCE_MS = 20_000;
const HANDSHAKE_MS = 5000;
const MAX_CONNECTIONS = 512;

/** Answers that are under way when the application stops have this long to end. */
const GRACE_MS = 1000;

/** The HTTP server of the endpoint. */
export class OwnPort {
  private readonly server: Server | TlsServer;
  private watch: NodeJS.Timeout | undefined;

  /** @errors throws for certificate files that are wrong */
  constructor(
    private readonly options: ResolvedServerOptions,
    scrapeTimeoutSeconds: number,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    private readonly failed: (error: unknown) => void,
    private readonly formerPort: number | undefined,
  ) {
    this.server = this.createServer();
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.timeout = scrapeTimeoutSeconds * 1000 + SILENCE_MS;
    new CrowdedPort().watch(this.server, answer);
  }

  /**
   * Takes the first free port.
   *
   * @errors rejects when there is none, or the address cannot be used
   */
  async listen(): Promise<BoundAddress> {
    const ports = portsOf(this.options, this.formerPort);
    for (const [i, port] of ports.entries()) {
      try {
        return await this.listenOn(port);
      } catch (error) {
        if (i === ports.length - 1 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
    throw new RangeError('No port was given.');
  }

  async close(): Promise<void> {
    clearInterval(this.watch);
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    await Promise.race([closed, after(GRACE_MS)]);
    this.server.closeAllConnections();
    await closed;
  }

  private createServer(): Server | TlsServer {
    const { tls } = this.options;
    if (tls === undefined) return createServer(HTTP_LIMITS);
    const files = new TlsFiles(tls);
    const server = createTlsServer(
      // Clients without a certificate get an answer: 403, or that of the liveness probe.
      {
        ...HTTP_LIMITS,
        ...files.read(),
        handshakeTimeout: HANDSHAKE_MS,
        requestCert: tls.requestCert === true,
        rejectUnauthorized: false,
      },
    );
    this.watch = files.follow(server, this.failed);
    return server;
  }

  private async listenOn(port: number): Promise<BoundAddress> {
    const { host, tls } = this.options;
    this.server.listen({ port, ...(host !== undefined && { host }) });
    await once(this.server, 'listening');
    this.server.on('error', this.failed);
    const { address, port: bound } = this.server.address() as AddressInfo;
    return { host: address, port: bound, isTls: tls !== undefined };
  }
}

function portsOf({ ports: [from, to] }: ResolvedServerOptions, former: number | undefined): readonly number[] {
  const range = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return former === undefined ? range : [former, ...range.filter((port) => port !== former)];
}
