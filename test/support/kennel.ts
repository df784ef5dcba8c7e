import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onProcessEnd } from './on-process-end.js';
import { waitUntil } from './wait-until.js';

/** The sample application as `npm run build:sample` leaves it. */
export const BUILT_SAMPLE = fileURLToPath(new URL('../../dist-sample/main.js', import.meta.url));

export interface KennelStart {
  readonly adapter: 'express' | 'fastify';
  /** The compiled `main.js`; the one of this repository by default. */
  readonly main?: string;
}

/** Starts the sample application as its README says, on a free port and with a database of its own. */
export async function startKennel({ adapter, main = BUILT_SAMPLE }: KennelStart): Promise<Kennel> {
  const kennel = new Kennel(adapter, main);
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

  constructor(adapter: string, main: string) {
    this.#child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ADAPTER: adapter, PORT: '0', DATABASE_URL: `sqlite://${this.folder}/kennel.sqlite` },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.#forget = onProcessEnd(() => this.#kill());
  }

  get port(): number {
    return Number(/^Kennel on http:\/\/[^:]+:(\d+)/m.exec(this.output)?.[1]);
  }

  async becomeReady(): Promise<void> {
    await waitUntil('the sample application listens or ends', () => this.port > 0 || this.#hasEnded, {
      timeoutMs: 60_000,
    });
    if (this.#hasEnded) throw new Error('it ended before it listened');
  }

  /** Asks it to end, as an operator would, and resolves to its exit code. */
  async stop(): Promise<number | null> {
    if (!this.#hasEnded) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await exit;
    }
    rmSync(this.folder, { recursive: true, force: true });
    this.#forget();
    return this.#child.exitCode;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #kill(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
