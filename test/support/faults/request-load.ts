import { type StatementsApp, type Act } from './statements-app.js';

/** Clients that send one request after the other until they are told to stop, whatever is answered. */
export class RequestLoad {
  private readonly clients: readonly Promise<void>[];
  private isStopped = false;
  private outcomes = { succeeded: 0, failed: 0 };

  constructor(
    private readonly app: StatementsApp,
    private readonly acts: readonly Act[],
    clients: number,
  ) {
    this.clients = Array.from({ length: clients }, (_, client) => this.send(client));
  }

  get succeeded(): number {
    return this.outcomes.succeeded;
  }

  get failed(): number {
    return this.outcomes.failed;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.clients);
  }

  private async send(client: number): Promise<void> {
    for (let sent = client; !this.isStopped; sent++) {
      const act = this.acts[sent % this.acts.length] as Act;
      const [{ status }] = await Promise.allSettled([this.app.run(act)]);
      this.outcomes[status === 'fulfilled' ? 'succeeded' : 'failed']++;
    }
  }
}
