import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Readable } from 'node:stream';
import { onProcessEnd } from '../on-process-end.js';

/** A program in a process of its own, as a user starts it with `node`. */
export class NodeProgram {
  /** Everything it has printed. */
  output = '';
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(path: string, environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
    const { NODE_OPTIONS: _ofVitest, ...own } = process.env;
    this.#child = spawn(process.execPath, [path, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...own, ...environment },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    const forget = onProcessEnd(() => this.kill('SIGKILL'));
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      forget();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, and resolves to its exit code or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.kill('SIGTERM');
    return this.ended;
  }
}
