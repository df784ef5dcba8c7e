import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { listen } from '../listen.js';

/** What becomes of the answer to a script: it is let through, it is lost with its connection, or it is kept back. */
export type Fate = 'pass' | 'lose' | 'hold';

export interface ReplyProxyOptions {
  /** Called with 1 for the first answer to a script, 2 for the second … */
  readonly fateOf?: (answer: number) => Fate;
  /** Of the way to Redis: as if it were on another continent. */
  readonly latencyMs?: number;
}

/** Stands between a client and Redis: everything reaches Redis, but not every answer comes back. */
export class ReplyProxy {
  static async start(to: number, options: ReplyProxyOptions): Promise<ReplyProxy> {
    const proxy = new ReplyProxy(to, options);
    proxy.port = await listen(proxy.server);
    return proxy;
  }

  port = 0;
  /** How many answers had each fate. */
  readonly fates: Record<Fate, number> = { pass: 0, lose: 0, hold: 0 };
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly held: (() => void)[] = [];
  private answers = 0;

  private constructor(
    private readonly to: number,
    private readonly options: ReplyProxyOptions,
  ) {
    this.server = createServer((client) => this.join(client));
  }

  /** Lets the answers go that were kept back. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const { fateOf = () => 'pass', latencyMs = 0 } = this.options;
    const redis = connect(this.to, '127.0.0.1');
    let isScript = false;
    const cut = () => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      this.sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        this.sockets.delete(socket);
        cut();
      });
    }
    client.on('data', (asked) => {
      isScript ||= asked.includes('EVAL');
      if (latencyMs === 0) redis.write(asked);
      else void pause(latencyMs).then(() => redis.write(asked));
    });
    redis.on('data', (answer) => {
      const fate = isScript ? fateOf((this.answers += 1)) : 'pass';
      if (isScript) this.fates[fate] += 1;
      isScript = false;
      if (fate === 'lose') cut();
      else if (fate === 'hold') this.held.push(() => client.write(answer));
      else client.write(answer);
    });
  }
}
