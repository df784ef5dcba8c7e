import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, type Writable } from 'node:stream';
import { repositoryPath } from './examples.js';
import { onProcessEnd } from './on-process-end.js';

/** What a process tells of itself in `/proc`. */
interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly commandLine: string;
}

/** `npm run demo` in a process group of its own, as a shell starts it. */
export class DemoProcess {
  /** Everything it has printed. */
  output = '';
  /** Where it and its children make their temporary folders, unless they make them in memory. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'demo-'));
  readonly #npm: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #forget = onProcessEnd(() => this.#kill());
  #seen: readonly RunningProcess[] = [];
  #dataFolders: readonly string[] = [];

  constructor() {
    this.#npm = spawn('npm', ['run', 'demo', '--', '--built'], {
      cwd: repositoryPath(''),
      detached: true,
      env: { ...process.env, TMPDIR: this.#folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [this.#npm.stdout, this.#npm.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Of npm, or the signal that ended it; null as long as it runs. */
  get exit(): number | NodeJS.Signals | null {
    return this.#npm.exitCode ?? this.#npm.signalCode;
  }

  /** The first process below npm whose command line has this in it. */
  find(text: string): number | undefined {
    this.#look();
    return this.#seen.find(({ commandLine }) => commandLine.includes(text))?.pid;
  }

  /** As Ctrl-C does, to the whole process group. */
  interrupt(): void {
    this.#look();
    if (this.#npm.pid !== undefined) process.kill(-this.#npm.pid, 'SIGINT');
  }

  /** To npm alone. */
  signal(name: NodeJS.Signals): void {
    this.#look();
    this.#npm.kill(name);
  }

  closeInput(): void {
    this.#look();
    this.#npm.stdin.end();
  }

  /** Processes that were seen and run still, and temporary folders that exist still. */
  get remains(): readonly string[] {
    const pids = new Set(this.#seen.map(({ pid }) => pid));
    return [
      ...(this.exit === null ? ['npm'] : []),
      ...runningProcesses()
        .filter(({ pid }) => pids.has(pid))
        .map(({ commandLine }) => commandLine),
      ...this.#dataFolders.filter((folder) => existsSync(folder)),
      ...readdirSync(this.#folder),
    ];
  }

  remove(): void {
    this.#kill();
    this.#forget();
  }

  /** Remembers what runs, because processes lose their parent when it ends. */
  #look(): void {
    const family = descendants(this.#npm.pid ?? 0);
    this.#seen = family;
    this.#dataFolders = family
      .flatMap(({ pid }) => workingFolder(pid))
      .filter((folder) => folder.startsWith('/dev/shm/'));
  }

  #kill(): void {
    for (const { pid } of runningProcesses().filter((one) => this.#seen.some((seen) => seen.pid === one.pid))) {
      process.kill(pid, 'SIGKILL');
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function descendants(pid: number): readonly RunningProcess[] {
  const all = runningProcesses();
  const below = (parent: number): readonly RunningProcess[] =>
    all.filter((one) => one.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** All of the machine, without zombies. */
function runningProcesses(): readonly RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, state, parent] = /\) (\w) (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), commandLine }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

function workingFolder(pid: number): readonly string[] {
  try {
    return [readlinkSync(`/proc/${pid}/cwd`)];
  } catch {
    return [];
  }
}
