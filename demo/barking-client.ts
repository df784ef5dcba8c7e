import { io, type Socket } from 'socket.io-client';

const BARKS_PER_MINUTE = 60;
/** Barks without a name fail. */
const SHARE_OF_FAILURES = 0.1;

/** A client with a WebSocket, which sends messages until it is stopped. */
export class BarkingClient {
  readonly isRunning = true;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;

  constructor(port: number) {
    this.#socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    this.#timer = setInterval(() => this.#bark(), 60_000 / BARKS_PER_MINUTE);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#socket.disconnect();
  }

  #bark(): void {
    this.#socket.emit('bark', Math.random() < SHARE_OF_FAILURES ? '' : 'Rex');
  }
}
