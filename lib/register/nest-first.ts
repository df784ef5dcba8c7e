import { readFileSync, statSync } from 'node:fs';
import nodeModule from 'node:module';

/** What a program may load before Nest without a difference to Nest: an instrumentation, for example, is not among it. */
const HARMLESS = /^(?:@nestjs\/|rxjs|typeorm$|reflect-metadata|tslib$|dotenv|nestjs-prometheus-exporter$)/;

/** Parts of Node that can change how modules are loaded, as `module.register()` does. */
const LOADERS = /^(?:node:)?module$/;

/** An import, or a mention of one in a comment. Its name is missing where only the running program knows it. */
const IMPORT =
  /(?:\b(?:from|import)|[rR]equire)\s*(?:\(\s*)?(["'])(?<specifier>[^"'\n]+)\1|(?:\bimport|[rR]equire)\s*\(\s*(?!["'\s])/g;

/** What an import has before it in its line if it may be in a comment, or evaluated later than the lines below. */
const UNCERTAIN = /^\s|\/\/|=>|\bfunction\b/;

/** More files than a program loads before Nest, and more bytes than a file of it has that was not bundled. */
const MOST_FILES = 100;
const MOST_BYTES = 500_000;

type Reached = 'nest' | 'other' | undefined;

/**
 * Whether a program is sure to load Nest, with nothing but harmless packages before it. Its imports are followed through
 * its own files, in the order in which they are evaluated. Where that is uncertain, the answer is no.
 */
export function loadsNestFirst(program: string): boolean {
  return new ImportWalk().reach(program) === 'nest';
}

class ImportWalk {
  private readonly seen = new Set<string>();

  /** @returns the first package that matters: `nest`, `other`, or undefined if the file leads to neither */
  reach(file: string): Reached {
    if (this.seen.has(file)) return undefined;
    if (this.seen.add(file).size > MOST_FILES || statSync(file).size > MOST_BYTES) return 'other';
    const text = readFileSync(file, 'utf8');
    for (const { index, groups } of text.matchAll(IMPORT)) {
      const reached = this.reachBy(file, groups?.['specifier']);
      if (reached === 'other' || (reached === 'nest' && isCertain(text, index))) return reached;
    }
    return undefined;
  }

  private reachBy(file: string, specifier: string | undefined): Reached {
    if (specifier === '@nestjs/core') return 'nest';
    if (specifier === undefined || LOADERS.test(specifier)) return 'other';
    if (nodeModule.isBuiltin(specifier) || HARMLESS.test(specifier)) return undefined;
    if (!/^\.{1,2}\//.test(specifier)) return 'other';
    const imported = nodeModule.createRequire(file).resolve(specifier);
    return imported.endsWith('.json') ? undefined : this.reach(imported);
  }
}

/** Whether an import is one of those that are evaluated one after the other, from the top of the file. */
function isCertain(text: string, index: number): boolean {
  const isInBlockComment = text.lastIndexOf('/*', index) > text.lastIndexOf('*/', index);
  return !isInBlockComment && !UNCERTAIN.test(text.slice(text.lastIndexOf('\n', index) + 1, index));
}
