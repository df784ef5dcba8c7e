import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePortsInARow } from '../free-ports.js';
import { onProcessEnd } from '../on-process-end.js';

const PROGRAM = fileURLToPath(new URL('doors-program.mjs', import.meta.url));

/** An application with doors other than HTTP, in another process, which runs the built library. */
export class DoorsProcess {
  static async start(redisPort: number): Promise<DoorsProcess> {
    const rpcPort = await freePortsInARow(2);
    const child = fork(PROGRAM, {
      env: { ...process.env, DOORS: JSON.stringify({ redisPort, rpcPort, closedPort: rpcPort + 1 }) },
    });
    const forget = onProcessEnd(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The application with doors ended with ${String(code)}.`);
    });
    const [ready] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly port: number }];
    ended.catch(() => undefined);
    return new DoorsProcess(child, forget, ready.port);
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly forget: () => void,
    /** Where its metrics are. */
    readonly port: number,
  ) {}

  /** Has it make faults from now on. */
  fail(): void {
    this.child.send({});
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    this.forget();
  }
}
