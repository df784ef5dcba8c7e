import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** From here on, a connection without a request is closed for each new one. */
const CROWDED = 256;

/** Requests of one connection that are under way. Scrapers send the next one after the answer. */
const MAX_PIPELINED = 8;

/** A connection, and how many of its requests are under way. */
interface Connection {
  readonly socket: Socket;
  requests: number;
}

/**
 * Closes connections without a request when there are many, those that were used last at the end. Otherwise a client
 * could keep all others out with connections that do nothing. A connection with many pipelined requests is closed too:
 * each of them costs work and memory, and their client need not read the answers.
 */
export class CrowdedPort {
  /** By the address of the client: over TLS, a request has another socket than its connection. */
  private readonly connections = new Map<string, Connection>();

  watch(server: Server, answer: (request: IncomingMessage, response: ServerResponse) => void): void {
    server.on('connection', (socket: Socket) => this.opened(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (this.admits(request, response)) answer(request, response);
    });
  }

  private opened(socket: Socket): void {
    const client = clientOf(socket);
    if (this.connections.size >= CROWDED) this.closeOne();
    this.connections.set(client, { socket, requests: 0 });
    socket.once('close', () => this.connections.delete(client));
  }

  /** What was received together is parsed to its end, even if its connection was closed meanwhile. */
  private admits({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const client = clientOf(socket);
    const connection = this.connections.get(client);
    if (connection === undefined || connection.socket.destroyed) return false;
    if (connection.requests >= MAX_PIPELINED) {
      connection.socket.destroy();
      return false;
    }
    connection.requests += 1;
    response.once('close', () => {
      connection.requests -= 1;
      // To the end of the order.
      if (this.connections.delete(client)) this.connections.set(client, connection);
    });
    return true;
  }

  private closeOne(): void {
    for (const [client, { socket, requests }] of this.connections) {
      if (requests > 0) continue;
      this.connections.delete(client);
      socket.destroy();
      return;
    }
  }
}

function clientOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
