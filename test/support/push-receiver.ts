import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A request that it got. */
export interface PushedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: PushedRequest) => unknown;

export const OK: Answer = (response) => response.end();

/** A receiver of pushes that does what a test says: each request gets the next answer, and the last one stays. */
export class PushReceiver implements AsyncDisposable {
  static async start(...answers: readonly Answer[]): Promise<PushReceiver> {
    const receiver = new PushReceiver(answers.length > 0 ? answers : [OK]);
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  readonly requests: PushedRequest[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly answers: readonly Answer[]) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const { method = '', url = '', headers } = message;
    const request = { method, path: url, headers, body: Buffer.concat(pieces).toString() };
    this.requests.push(request);
    this.answers[Math.min(this.requests.length, this.answers.length) - 1]?.(response, request);
  }
}
