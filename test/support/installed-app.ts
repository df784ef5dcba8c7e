import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onProcessEnd } from './on-process-end.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** What the sample application needs of npm, besides the library and the packages of its other doors. */
const DEPENDENCIES = [
  '@fastify/view',
  '@keyv/memcache',
  '@keyv/redis',
  '@nestjs/cache-manager',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/typeorm',
  'cache-manager',
  'class-transformer',
  'class-validator',
  'handlebars',
  'hbs',
  'keyv',
  'keyv-file',
  'prom-client',
  'reflect-metadata',
  'rxjs',
  'sql.js',
  'typeorm',
];

/** In the place of the other doors: their packages take minutes to install. */
const NO_DOORS = `
  export const DoorsModule = { on: (..._of: unknown[]) => ({ module: class NoDoors {} }) };
  export const answerMessages = (..._of: unknown[]): void => undefined;
`;

/**
 * A copy of the sample application in a folder of its own, with the packed library installed from its tarball: what a
 * user has, and nothing of this repository. It has HTTP only.
 */
export class InstalledApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'installed-'));
  readonly #forget = onProcessEnd(() => this.remove());

  /**
   * `versions` replaces those of this repository, for another Nest; `checks` are further flags for the compiler, for a
   * Nest that lacks something of what the sample application (and not the library) uses.
   */
  constructor(tarball: string, versions: Readonly<Record<string, string>> = {}, checks: readonly string[] = []) {
    cpSync(join(REPOSITORY, 'sample-app'), join(this.folder, 'src'), { recursive: true });
    rmSync(join(this.folder, 'src', 'tsconfig.app.json'));
    rmSync(join(this.folder, 'src', 'doors'), { recursive: true });
    mkdirSync(join(this.folder, 'src', 'doors'));
    this.write('src/doors/doors.module.ts', NO_DOORS);
    this.#write('package.json', {
      name: 'kennel',
      private: true,
      type: 'module',
      dependencies: { ...installedVersions(), ...versions, 'nestjs-prometheus-exporter': `file:${tarball}` },
    });
    this.#write('tsconfig.json', { ...compilerOptions(), include: ['src'], exclude: ['src/**/*.test.ts'] });
    this.run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
    this.run(join(REPOSITORY, 'node_modules', '.bin', 'tsc'), '-p', 'tsconfig.json', ...checks);
    cpSync(join(this.folder, 'src', 'views'), join(this.folder, 'dist', 'views'), { recursive: true });
  }

  get main(): string {
    return join(this.folder, 'dist', 'main.js');
  }

  /** Runs a command in the folder and gives what it printed. */
  run(command: string, ...args: readonly string[]): string {
    return run(this.folder, command, ...args);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    this.#forget();
  }

  #write(name: string, content: object): void {
    mkdirSync(this.folder, { recursive: true });
    this.write(name, JSON.stringify(content, null, 2));
  }
}

/** Packs what `npm publish` would send, and gives the path of the tarball. */
export function packLibrary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  onProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  run(REPOSITORY, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
  const [tarball] = readdirSync(folder);
  if (tarball === undefined) throw new Error('npm pack left no tarball.');
  return join(folder, tarball);
}

/** Runs a command in a folder and gives what it printed. */
export function run(folder: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

function installedVersions(): Record<string, string> {
  const { devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(DEPENDENCIES.map((name) => [name, devDependencies[name] ?? 'latest']));
}

/** The sample's own, without what belongs to this repository. */
function compilerOptions(): object {
  const base = JSON.parse(readFileSync(join(REPOSITORY, 'tsconfig.base.json'), 'utf8')) as {
    compilerOptions: Readonly<Record<string, unknown>>;
  };
  return {
    compilerOptions: {
      ...base.compilerOptions,
      rootDir: 'src',
      outDir: 'dist',
      strictPropertyInitialization: false,
      // The folder has no @types of its own.
      typeRoots: [join(REPOSITORY, 'node_modules', '@types')],
    },
  };
}
