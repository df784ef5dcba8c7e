import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '../examples.js';
import { onProcessEnd } from '../on-process-end.js';

const PROGRAM = repositoryPath('node_modules/pm2/bin/pm2');

/** A PM2 with a daemon of its own, which knows nothing of another PM2 on this machine. */
export class Pm2 {
  readonly #home = mkdtempSync(join(tmpdir(), 'pm2-'));
  readonly #environment: NodeJS.ProcessEnv;
  readonly #forget: () => void;

  constructor(environment: Readonly<Record<string, string>>) {
    const { NODE_OPTIONS: _ofVitest, ...own } = process.env;
    this.#environment = { ...own, ...environment, PM2_HOME: this.#home, PM2_DISCRETE_MODE: 'true' };
    // Its workers end when they lose the daemon.
    this.#forget = onProcessEnd(() => {
      this.#killDaemon();
      this.#removeHome();
    });
  }

  /** Runs a command such as `start`, and gives what it printed. */
  async run(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], { env: this.#environment });
    return stdout;
  }

  /** Ends its applications and its daemon, and removes everything it wrote. */
  async stop(): Promise<void> {
    await this.run('kill');
    this.#removeHome();
    this.#forget();
  }

  #killDaemon(): void {
    try {
      process.kill(Number(readFileSync(join(this.#home, 'pm2.pid'), 'utf8')), 'SIGKILL');
    } catch {
      // It was not started, or has ended.
    }
  }

  #removeHome(): void {
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }
}
