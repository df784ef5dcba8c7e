import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A file of this folder as a program, with everything that it imports, which many processes can run. */
export class BundledProgram {
  private constructor(private readonly folder: string) {}

  static async of(file: string): Promise<BundledProgram> {
    const bundle = await rolldown({
      input: fileURLToPath(new URL(`./${file}`, import.meta.url)),
      platform: 'node',
      external: /^@nestjs\//,
    });
    const { output } = await bundle.generate({ format: 'esm' });
    await bundle.close();
    const folder = mkdtempSync(join(tmpdir(), 'program-'));
    writeFileSync(join(folder, 'program.mjs'), output[0].code);
    return new BundledProgram(folder);
  }

  /** A process that runs it; resolves once it has sent its first message. */
  async start(...args: readonly string[]): Promise<ChildProcess> {
    const child = fork(join(this.folder, 'program.mjs'), args, { execArgv: [] });
    await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => Promise.reject(ended(code)))]);
    return child;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function ended(code: unknown): Error {
  return new Error(`The process has ended with ${String(code)} before it said anything.`);
}
