import { type ChildProcessByStdio, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { listen } from './listen.js';
import { onProcessEnd } from './on-process-end.js';
import { waitUntil } from './wait-until.js';

/** What a database server has of its own. */
export interface DatabaseProgram {
  readonly name: string;
  /** Whose account it runs under when we are root, where the server does not agree to be. */
  readonly account?: string;
  readonly binary: string;
  /** Fills the empty data folder. `run` runs a program as the server's account. */
  readonly create: (folder: string, run: Run) => Promise<void>;
  readonly flags: (folder: string, port: number) => readonly string[];
  /** What it logs once it accepts connections, and when somebody else has its port. */
  readonly logs: { readonly ready: RegExp; readonly portTaken: RegExp };
  /** Ends it at once, but with whatever it holds outside of its data folder. */
  readonly endSignal: NodeJS.Signals;
}

export type Run = (binary: string, args: readonly string[]) => Promise<unknown>;

/** Further settings of a server, such as `max_connections`. */
export type Settings = Readonly<Record<string, string | number>>;

const START_TIMEOUT_MS = 60_000;
const PORTS_TO_TRY = 5;

const MEMORY = '/dev/shm';
/** For three of the largest: a MariaDB takes 120 MB. */
const ROOM_BYTES = 400_000_000;

/** A database server as a child of this process, on a loopback port and in a data folder of its own. */
export class DatabaseProcess {
  static async start(program: DatabaseProgram): Promise<DatabaseProcess> {
    const server = new DatabaseProcess(program);
    try {
      await server.create();
      await server.launchOnFreePort();
      return server;
    } catch (cause) {
      await server.stop();
      throw new Error(`${program.name} did not start: ${String(cause)}\n${server.log}`, { cause });
    }
  }

  readonly folder: string;
  readonly #program: DatabaseProgram;
  readonly #account: { readonly uid?: number; readonly gid?: number };
  readonly #forget: () => void;
  #child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  #port = 0;
  #log = '';

  private constructor(program: DatabaseProgram) {
    this.#program = program;
    this.#account = process.getuid?.() === 0 && program.account !== undefined ? accountOf(program.account) : {};
    this.folder = mkdtempSync(join(dataFolder(), `${program.name.toLowerCase()}-`));
    const { uid, gid } = this.#account;
    if (uid !== undefined && gid !== undefined) chownSync(this.folder, uid, gid);
    this.#forget = onProcessEnd(() => {
      this.#child?.kill(program.endSignal);
      this.#removeFolder();
    });
  }

  get port(): number {
    return this.#port;
  }

  get isRunning(): boolean {
    return !this.#hasEnded;
  }

  /** What the server has written since it was last started. */
  get log(): string {
    return this.#log;
  }

  /** Ends the server and all its processes as a crash does: no client hears a farewell. */
  async kill(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#hasEnded) return;
    const children = childrenOf(pid);
    await this.#end('SIGKILL');
    for (const child of children) killIfAlive(child);
    await waitUntil(`the processes of ${this.#program.name} are gone`, () => !children.some(isAlive));
  }

  /** Starts the server again on the same port and data, after {@link kill} or instead of it. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  /** Ends the server and removes its data. */
  async stop(): Promise<void> {
    await this.#end(this.#program.endSignal);
    this.#removeFolder();
    this.#forget();
  }

  private create(): Promise<void> {
    const run: Run = (binary, args) =>
      promisify(execFile)(binary, args, { ...this.#account, cwd: this.folder, env: { ...process.env, LC_ALL: 'C' } });
    return this.#program.create(this.folder, run);
  }

  /** These servers cannot be asked to choose a port themselves, so one that was free may be taken meanwhile. */
  private async launchOnFreePort(): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      this.#port = await freePort();
      try {
        await this.#launch();
        return;
      } catch (error) {
        if (tried === PORTS_TO_TRY || !this.#program.logs.portTaken.test(this.#log)) throw error;
      }
    }
  }

  async #launch(): Promise<void> {
    const { name, binary, flags, logs } = this.#program;
    this.#log = '';
    const child = spawn(binary, flags(this.folder, this.#port), {
      ...this.#account,
      cwd: this.folder,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    }
    child.on('error', (error) => (this.#log += String(error)));
    await waitUntil(`${name} is ready or ends`, () => logs.ready.test(this.#log) || this.#hasEnded, {
      timeoutMs: START_TIMEOUT_MS,
    });
    if (this.#hasEnded) throw new Error(`it ended before it was ready: ${this.#log}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#hasEnded) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  get #hasEnded(): boolean {
    const child = this.#child;
    return child?.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  #removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** In memory where there is room: servers sync their files while they start, which takes seconds on a disk. */
function dataFolder(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir();
}

function accountOf(user: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const placeholder = createServer();
  const port = await listen(placeholder);
  placeholder.close();
  await once(placeholder, 'close');
  return port;
}

/** Where the system does not tell, none: they end by themselves when they miss their parent. */
function childrenOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killIfAlive(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** One that has ended stays a zombie where nothing adopts the orphans of a container. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
