import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/** From here on, a connection without a request is closed for each new one. */
const CROWDED = 256;

/** A connection, and how many of its requests are under way. */
interface Connection {
  readonly socket: Socket;
  requests: number;
}

/**
 * Closes connections without a request when there are many, those that were used last at the end. Otherwise a client
 * could keep all others out with connections that do nothing.
 */
export class CrowdedPort {
  /** By the address of the client: over TLS, a request has another socket than its connection. */
  private readonly connections = new Map<string, Connection>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.opened(socket));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.requested(request, response));
  }

  private opened(socket: Socket): void {
    const client = clientOf(socket);
    if (this.connections.size >= CROWDED) this.closeOne();
    this.connections.set(client, { socket, requests: 0 });
    socket.once('close', () => this.connections.delete(client));
  }

  private requested({ socket }: IncomingMessage, response: ServerResponse): void {
    const client = clientOf(socket);
    const connection = this.connections.get(client);
    if (connection === undefined) return;
    connection.requests += 1;
    response.once('close', () => {
      connection.requests -= 1;
      // To the end of the order.
      if (this.connections.delete(client)) this.connections.set(client, connection);
    });
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

function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
