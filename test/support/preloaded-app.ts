import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { GeneratedApp } from './generated-app.js';
import { run } from './installed-app.js';
import { onProcessEnd } from './on-process-end.js';
import { type Patience, waitUntil } from './wait-until.js';

const PACKAGE = 'nestjs-prometheus-exporter';
const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const MODULES_OF_NEST_11 = fileURLToPath(new URL('../nest-11/node_modules/', import.meta.url));
const NEST = ['common', 'core', 'microservices', 'platform-express', 'platform-fastify', 'typeorm'];
const OTHERS = [
  '@nestjs/cli',
  '@nestjs/schematics',
  '@types',
  'reflect-metadata',
  'rxjs',
  'sql.js',
  'typeorm',
  'typescript',
  'vitest',
];

/** With programs. Less than a test has, so that it is told what the program printed. */
const PATIENCE: Patience = { timeoutMs: 60_000 };

export interface Wanted {
  readonly nest: 11 | 12;
  readonly type: 'esm' | 'cjs';
  /** Where the library is: beside the application's packages, or in a folder that has no other packages. */
  readonly library: 'beside' | 'elsewhere';
}

/** An application in a folder of its own, which never heard of this library, with the packages of this repository. */
export class PreloadedApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'preloaded-'));
  /** What `--import` and `--require` are given. */
  readonly register: string;
  private readonly forget = onProcessEnd(() => this.remove());
  private readonly running = new Set<RunningApp>();

  private constructor(
    tarball: string,
    readonly wanted: Wanted,
  ) {
    const isBeside = wanted.library === 'beside';
    const modules = isBeside ? join(this.folder, 'node_modules') : join(this.folder, 'global', 'node_modules');
    const library = join(modules, PACKAGE);
    mkdirSync(library, { recursive: true });
    run(library, 'tar', '-xzf', tarball, '--strip-components=1');
    this.register = isBeside ? `${PACKAGE}/register` : join(library, 'dist/esm/register.js');
    const nest = wanted.nest === 11 ? MODULES_OF_NEST_11 : MODULES;
    for (const name of NEST) this.link(nest, `@nestjs/${name}`);
    for (const name of OTHERS) this.link(MODULES, name);
  }

  /** What `nest new` generates, compiled. */
  static async generated(tarball: string, wanted: Wanted): Promise<PreloadedApp> {
    const app = new PreloadedApp(tarball, wanted);
    const files = await new GeneratedApp().application(wanted.type);
    for (const path of files.files) app.write(path.slice(1), files.readText(path));
    for (const name of ['main', 'app.module', 'app.controller', 'app.service']) {
      app.compile(name, files.readText(`src/${name}.ts`));
    }
    return app;
  }

  /** Compiles a file of the application to where `nest build` puts it. */
  compile(name: string, text: string): void {
    const { outputText } = ts.transpileModule(text, {
      fileName: `${name}.ts`,
      compilerOptions: {
        module: this.wanted.type === 'esm' ? ts.ModuleKind.ES2022 : ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2023,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    });
    this.write(`dist/${name}.js`, outputText);
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Runs a program of Node to its end. */
  async runToEnd(args: readonly string[], env: Environment = {}): Promise<RunningApp> {
    const program = this.spawn(args, env);
    await program.ends();
    return program;
  }

  /** Starts a program of Node with `register`, and waits for a line of its output. */
  async start(flag: '--import' | '--require', file: string, line: RegExp, env: Environment = {}): Promise<RunningApp> {
    const program = this.spawn([flag, this.register, file], env);
    await program.prints(line);
    return program;
  }

  /** Ends all programs, and what they have started. */
  async stop(): Promise<void> {
    await Promise.all([...this.running].map((program) => program.stop()));
    this.running.clear();
  }

  remove(): void {
    for (const program of this.running) program.kill();
    rmSync(this.folder, { recursive: true, force: true });
    this.forget();
  }

  spawn(args: readonly string[], env: Environment): RunningApp {
    const program = new RunningApp(
      spawn(process.execPath, args, {
        cwd: this.folder,
        detached: true,
        env: { PATH: process.env['PATH'], HOME: this.folder, NO_COLOR: '1', PROMETHEUS_SERVER_PORT: '0', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    this.running.add(program);
    return program;
  }

  private link(modules: string, name: string): void {
    const path = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(modules, name), path);
  }
}

type Environment = Readonly<Record<string, string>>;

/** A program in a process group of its own. */
export class RunningApp {
  /** Everything it has printed. */
  output = '';
  /** Whether it has ended, and everything that it has started and that prints to the same place. */
  private hasEnded = false;

  constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    child.once('close', () => (this.hasEnded = true));
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** @errors rejects if it ends without having printed the line */
  async prints(line: RegExp): Promise<void> {
    await this.waitUntil(`${String(line)} is printed`, () => line.test(this.output) || this.hasEnded);
    if (!line.test(this.output)) throw new Error(`It ended without printing ${String(line)}:\n${this.output}`);
  }

  async ends(): Promise<void> {
    await this.waitUntil('the program has ended', () => this.hasEnded);
  }

  /** The addresses of the metrics that it has told, in order. */
  get metrics(): readonly string[] {
    return [...this.output.matchAll(/The metrics are on (\S+)/g)].map(([, url = '']) => url);
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ends();
  }

  /** The whole group: the application that `nest start` starts in a shell outlives `nest start`. */
  kill(): void {
    if (this.hasEnded || this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }

  private async waitUntil(what: string, isSo: () => boolean): Promise<void> {
    const look = () => {
      if (isSo()) return true;
      throw new Error(`printed ${this.output}`);
    };
    await waitUntil(what, look, PATIENCE);
  }
}
