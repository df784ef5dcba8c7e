import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadsNestFirst } from './nest-first.js';

/** What our own files import from the application, if it is there. */
const SHARED = ['@nestjs/core', '@nestjs/common', 'rxjs', 'typeorm', 'prom-client'];

/**
 * Loads Nest before the program does, if the program loads it first anyway, and if this library would find the same
 * packages as the program. This needs no hooks in the module loader.
 *
 * @returns the class of `NestFactory`; undefined if it has to be waited for
 */
export function nestFactoryOf(program: string): unknown {
  try {
    if (!loadsNestFirst(fileURLToPath(program))) return undefined;
    const ofProgram = nodeModule.createRequire(program);
    const ours = nodeModule.createRequire(import.meta.url);
    if (SHARED.some((name) => pathOf(ofProgram, name) !== pathOf(ours, name))) return undefined;
    return (ofProgram('@nestjs/core') as { readonly NestFactory?: object }).NestFactory?.constructor;
  } catch {
    // A program that cannot be read, or a Nest that cannot be loaded: whoever loads it is told why.
    return undefined;
  }
}

function pathOf(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}
