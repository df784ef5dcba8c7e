import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';

/** What a program may load before Nest without a difference to Nest: an instrumentation, for example, is not among it. */
const HARMLESS = /^(?:@nestjs\/|rxjs|typeorm$|reflect-metadata|tslib$|dotenv|nestjs-prometheus-exporter$)/;

const SPECIFIER = /\b(?:from|import|require)\s*\(?\s*(["'])(?<specifier>[^"'\n]+)\1/g;

/** More files than a program loads before Nest. */
const MOST_FILES = 100;

/**
 * Whether a program is sure to load Nest, with nothing but harmless packages before it. Its imports are followed through
 * its own files, in the order in which they are evaluated.
 */
export function loadsNestFirst(program: string): boolean {
  return new ImportWalk().reach(program) === 'nest';
}

class ImportWalk {
  private readonly seen = new Set<string>();

  /** @returns the first package that matters: `nest`, `other`, or undefined if the file leads to neither */
  reach(file: string): 'nest' | 'other' | undefined {
    if (this.seen.has(file)) return undefined;
    if (this.seen.add(file).size > MOST_FILES) return 'other';
    for (const { groups } of readFileSync(file, 'utf8').matchAll(SPECIFIER)) {
      const reached = this.reachBy(file, groups!['specifier']!);
      if (reached !== undefined) return reached;
    }
    return undefined;
  }

  private reachBy(file: string, specifier: string): 'nest' | 'other' | undefined {
    if (specifier === '@nestjs/core') return 'nest';
    if (nodeModule.isBuiltin(specifier) || HARMLESS.test(specifier)) return undefined;
    if (!/^\.{1,2}\//.test(specifier)) return 'other';
    const imported = nodeModule.createRequire(file).resolve(specifier);
    return imported.endsWith('.json') ? undefined : this.reach(imported);
  }
}
