import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { onProcessEnd } from './on-process-end.js';

export const METRICS_PROGRAM = fileURLToPath(new URL('metrics-process.mjs', import.meta.url));

export interface MetricsProcessOptions {
  /** Of the PrometheusModule; plain data. */
  readonly options: PrometheusOptions;
  /** Series that are there from the start. */
  readonly series?: number;
  /** Whether the application listens as well. */
  readonly inApp?: boolean;
  /** Whether signals close the application before they end the process. */
  readonly closesOnSignals?: boolean;
  readonly execArgv?: readonly string[];
  readonly nodeOptions?: string;
}

interface Ready {
  readonly port?: number;
  readonly appPort?: number;
}

/** An application with an endpoint of its own in another process, which runs the built library. */
export class MetricsProcess {
  static async start(options: MetricsProcessOptions): Promise<MetricsProcess> {
    const started = new MetricsProcess(options);
    try {
      started.ready = (await started.heard()) as Ready;
      return started;
    } catch (cause) {
      started.kill('SIGKILL');
      throw cause;
    }
  }

  /** Everything it has printed. */
  output = '';
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly child: ChildProcess;
  private ready: Ready = {};

  private constructor({ execArgv = [], nodeOptions = '', ...options }: MetricsProcessOptions) {
    this.child = fork(METRICS_PROGRAM, {
      execArgv: [...execArgv],
      silent: true,
      env: { ...process.env, NODE_OPTIONS: nodeOptions, METRICS_PROCESS: JSON.stringify(options) },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    const forget = onProcessEnd(() => this.child.kill('SIGKILL'));
    this.ended = once(this.child, 'exit').then(([code, signal]) => {
      forget();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** Of the endpoint of its own; undefined if it did not get one. */
  get port(): number {
    return this.ready.port ?? 0;
  }

  get appPort(): number {
    return this.ready.appPort ?? 0;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Blocks its event loop while it counts. Gives how to end that, which resolves to what was counted in all. */
  block(): () => Promise<number> {
    return this.untilToldTo('block');
  }

  /** Has it count, make series and remove them, with turns of its event loop or without. Gives how to end that. */
  hammer(turns: boolean): () => Promise<number> {
    return this.untilToldTo('hammer', { turns });
  }

  /** Has it do something; resolves to what comes of it. */
  async does(what: 'block' | 'hammer' | 'close', parameters: object = {}): Promise<unknown> {
    this.child.send({ does: what, ...parameters });
    const { done } = (await this.heard()) as { readonly done?: unknown };
    return done;
  }

  /** Tells it to do something that it does not come back from. */
  send(what: 'throw' | 'exit', parameters: object = {}): void {
    this.child.send({ does: what, ...parameters });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }

  private untilToldTo(what: 'block' | 'hammer', parameters: object = {}): () => Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), 'go-on-'));
    const file = join(folder, 'end');
    const done = this.does(what, { file, ...parameters });
    // It may be killed meanwhile.
    done.catch(() => undefined);
    return async () => {
      writeFileSync(file, '');
      const counted = await done;
      rmSync(folder, { recursive: true });
      return Number(counted);
    };
  }

  private async heard(): Promise<unknown> {
    const ended = this.ended.then((how) => Promise.reject(new Error(`It ended with ${how}:\n${this.output}`)));
    const [message] = (await Promise.race([once(this.child, 'message'), ended])) as [unknown];
    ended.catch(() => undefined);
    return message;
  }
}
