import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { socketAddress } from '../../host/life-socket.js';
import { type ToldVersions } from './bytes/share-content.js';

/** What a process asks another one for. */
export interface ShareQuestion {
  readonly timeoutSeconds: number;
  /** The groups whose collectors are to run, all by default. What a client names is of any length, and stays here. */
  readonly groups?: readonly string[] | undefined;
  /** What the process has told before. */
  readonly known?: ToldVersions | undefined;
}

export type AnswerShare = (question: ShareQuestion, gone: AbortSignal) => Promise<readonly Uint8Array[]>;

/** Where the question stands: as JSON, so that the address of the request is always the same. */
export const QUESTION_HEADER = 'x-question';

/** Answers the other processes of the application on a Unix socket. Who may open the directory may ask. */
export class ShareServer {
  private readonly server: Server;

  constructor(
    private readonly path: string,
    private readonly answer: AnswerShare,
    private readonly failed: (error: unknown) => void,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** @errors rejects when the socket cannot be made */
  async listen(): Promise<void> {
    // An earlier thread of this process may have left it.
    rmSync(this.path, { force: true });
    this.server.listen({ path: socketAddress(this.path), exclusive: true });
    await once(this.server, 'listening');
    this.server.on('error', this.failed);
    if (process.platform !== 'win32') chmodSync(this.path, 0o600);
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.on('error', () => gone.abort());
    // Whoever asks knows from now on that this thread runs.
    response.flushHeaders();
    try {
      const frames = await this.answer(questionIn(request), gone.signal);
      if (gone.signal.aborted) return;
      for (const frame of frames) response.write(frame);
      response.end();
    } catch (error) {
      if (!gone.signal.aborted) this.failed(error);
      response.destroy();
    }
  }
}

/** Another version of this library may ask in other words. */
function questionIn({ headers }: IncomingMessage): ShareQuestion {
  const { timeoutSeconds, groups, known } = JSON.parse(
    String(headers[QUESTION_HEADER] ?? '{}'),
  ) as Partial<ShareQuestion>;
  return { timeoutSeconds: Number(timeoutSeconds) > 0 ? Number(timeoutSeconds) : 1, groups, known };
}
