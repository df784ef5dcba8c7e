import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const TIMEOUT_MS = 10_000;

/** A socket to a server of ours that keeps what it receives. No wait on it is longer than ten seconds. */
export class Connection {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  readonly #closed: Promise<unknown>;

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (chunk) => this.#chunks.push(chunk));
    // A reset by the server is followed by `close`, which is what the waits below look at.
    socket.on('error', () => undefined);
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Resolves when the system has taken the bytes. */
  write(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves when what has been received is enough. */
  receives(isEnough: (received: Buffer) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isEnough(this.received)) return;
        this.#socket.off('data', look);
        resolve();
      };
      this.#socket.on('data', look);
      look();
    });
  }

  /** Waits for an event; rejects if the server ends the connection before it. `what` completes "before …". */
  async until(what: string, event: Promise<unknown>): Promise<void> {
    const ended = this.#closed.then(() => this.#fail(`The server ended the connection before ${what}`));
    await this.#beforeDeadline(Promise.race([event, ended]), what);
  }

  /** Waits until the server ends the connection. */
  async ended(): Promise<void> {
    await this.#beforeDeadline(this.#closed, 'the server ended the connection');
  }

  async leave(how: 'close' | 'reset'): Promise<void> {
    if (how === 'reset') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    await this.#closed;
  }

  async #beforeDeadline(event: Promise<unknown>, what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(this.#fault(`${TIMEOUT_MS} ms passed before ${what}`)), TIMEOUT_MS);
    });
    try {
      await Promise.race([event, late]);
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #fail(sentence: string): never {
    throw this.#fault(sentence);
  }

  #fault(sentence: string): Error {
    return new Error(`${sentence}; received: ${JSON.stringify(this.received.toString())}`);
  }
}
