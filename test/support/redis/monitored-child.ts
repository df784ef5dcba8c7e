import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { type MonitorState } from '../../../lib/monitor/state.js';
import { onProcessEnd } from '../on-process-end.js';

export interface ChildSettings {
  readonly store:
    { readonly redis: string; readonly keyPrefix?: string } | { readonly directory: string; readonly name?: string };
  /** By how much its clock is wrong. */
  readonly clockAheadMs?: number;
}

export type Act = readonly [name: 'requests' | 'statements' | 'data' | 'log' | 'close', count?: number];

interface Told {
  readonly outcome: unknown;
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The program of the children, with the packages that they are to find installed. */
export class ChildProgram {
  static async build(installed: readonly string[] = ['ioredis']): Promise<ChildProgram> {
    const program = new ChildProgram();
    const modules = join(program.folder, 'node_modules');
    mkdirSync(modules);
    for (const name of installed) symlinkSync(path(`../../../node_modules/${name}`), join(modules, name));
    const bundle = await rolldown({
      input: path('./monitored-child-main.ts'),
      platform: 'node',
      external: ['ioredis', 'redis'],
    });
    // What the library loads on demand is in the same file.
    await bundle.write({ file: program.file, format: 'esm', codeSplitting: false });
    await bundle.close();
    return program;
  }

  readonly folder = mkdtempSync(join(tmpdir(), 'monitored-'));
  readonly file = join(this.folder, 'child.mjs');
  private readonly children = new Set<MonitoredChild>();

  private readonly forget = onProcessEnd(() => this.remove());

  async start(settings: ChildSettings): Promise<MonitoredChild> {
    const child = new MonitoredChild(fork(this.file, [JSON.stringify(settings)], { execArgv: [], silent: true }));
    this.children.add(child);
    await child.ready;
    return child;
  }

  /** Ends the children that are left. */
  stop(): void {
    this.remove();
    this.forget();
  }

  private remove(): void {
    for (const child of this.children) child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A monitored process that is one. */
export class MonitoredChild {
  readonly ready: Promise<unknown>;
  private said = '';

  constructor(private readonly child: ChildProcess) {
    this.ready = this.told();
    for (const output of [child.stdout, child.stderr]) output?.on('data', (text) => (this.said += String(text)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async requests(count: number): Promise<void> {
    await this.do('requests', count);
  }

  async statements(count: number): Promise<void> {
    await this.do('statements', count);
  }

  async data(): Promise<MonitorState> {
    return (await this.do('data')) as MonitorState;
  }

  async log(): Promise<readonly string[]> {
    return (await this.do('log')) as readonly string[];
  }

  async close(): Promise<void> {
    await this.do('close');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** One thing after the other. */
  private do(...act: Act): Promise<unknown> {
    const outcome = this.told();
    this.child.send(act);
    return outcome;
  }

  private told(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`The process has ended: ${this.said}`));
      this.child.once('close', ended).once('message', ({ outcome }: Told) => {
        this.child.off('close', ended);
        resolve(outcome);
      });
    });
  }
}
