import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Exposition, readExposition } from './exposition.js';
import { send } from './http-client.js';
import { onProcessEnd } from './on-process-end.js';
import { waitUntil } from './wait-until.js';

/** The sample application as `npm run build:sample` leaves it. */
export const BUILT_SAMPLE = fileURLToPath(new URL('../../dist-sample/main.js', import.meta.url));

export interface KennelStart {
  readonly adapter: 'express' | 'fastify';
  /** The compiled `main.js`; the one of this repository by default. */
  readonly main?: string;
  /** Any free one by default. */
  readonly port?: number;
  /** A SQLite file of its own by default, which is gone when it ends. */
  readonly databaseUrl?: string;
  /** The memory of the process by default. */
  readonly cacheUrl?: string;
  /** A Redis for the monitor; the memory of the process by default. */
  readonly monitorUrl?: string;
  /** One by default, as the sample application does by itself. */
  readonly pendingMigrations?: 0 | 1;
  /** None by default; 0 for any free one. */
  readonly metricsPort?: number;
  /** None by default. */
  readonly metricsTokenFile?: string;
  /** None by default, which starts faster: HTTP only. */
  readonly hasDoors?: boolean;
  /** None by default: no messages over TCP. */
  readonly messagesPort?: number;
  /** None by default: no queue. */
  readonly queueUrl?: string;
  /** Further variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the sample application as its README says, on a free port and with a database of its own. */
export async function startKennel(start: KennelStart): Promise<Kennel> {
  const kennel = new Kennel(start);
  try {
    await kennel.becomeReady();
    return kennel;
  } catch (cause) {
    await kennel.stop();
    throw new Error(`The sample application did not start: ${String(cause)}\n${kennel.output}`, { cause });
  }
}

export class Kennel {
  /** Everything it has printed. */
  output = '';
  readonly folder = mkdtempSync(join(tmpdir(), 'kennel-'));
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #forget: () => void;

  constructor({
    adapter,
    main = BUILT_SAMPLE,
    port = 0,
    databaseUrl = `sqlite://${this.folder}/kennel.sqlite`,
    cacheUrl = '',
    monitorUrl = '',
    pendingMigrations = 1,
    metricsPort,
    metricsTokenFile = '',
    hasDoors = false,
    messagesPort,
    queueUrl = '',
    env = {},
  }: KennelStart) {
    this.#child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // As `npm start` does: the monitor is open to a developer only.
        NODE_ENV: 'development',
        ADAPTER: adapter,
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        CACHE_URL: cacheUrl,
        MONITOR_URL: monitorUrl,
        PENDING_MIGRATIONS: String(pendingMigrations),
        METRICS_PORT: metricsPort?.toString() ?? '',
        METRICS_TOKEN_FILE: metricsTokenFile,
        DOORS: hasDoors ? 'on' : 'off',
        MESSAGES_PORT: messagesPort?.toString() ?? '',
        QUEUE_URL: queueUrl,
        ...env,
      },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.#forget = onProcessEnd(() => this.#kill());
  }

  get port(): number {
    return Number(/^Kennel on http:\/\/[^:]+:(\d+)/m.exec(this.output)?.[1]);
  }

  /** The port of its own that the metrics have. */
  get metricsPort(): number {
    return Number(/^Metrics, from a thread of their own, on http:\/\/[^:]+:(\d+)/m.exec(this.output)?.[1]);
  }

  get isRunning(): boolean {
    return !this.#hasEnded;
  }

  async becomeReady(): Promise<void> {
    await waitUntil('the sample application listens or ends', () => this.port > 0 || this.#hasEnded, {
      timeoutMs: 60_000,
    });
    if (this.#hasEnded) throw new Error('it ended before it listened');
  }

  async scrape(): Promise<Exposition> {
    return readExposition((await send(this.port, { path: '/metrics' })).bytes, 'text');
  }

  /** What became of a request reaches the metrics a moment after the client has its answer, or has gone. */
  async quietScrape(): Promise<Exposition> {
    await waitUntil('only the scrape itself is in flight', async () => {
      return (await this.scrape()).sum('nestjs_http_requests_in_flight') === 1;
    });
    return this.scrape();
  }

  /** Asks it to end, as an operator would, and resolves to its exit code. */
  async stop(): Promise<number | null> {
    if (!this.#hasEnded) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    this.#forget();
    return this.#child.exitCode;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #kill(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
