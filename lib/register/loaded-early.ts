import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadsNestFirst } from './nest-first.js';

/** What our own files import from the application, if it is there. */
const SHARED = ['@nestjs/core', '@nestjs/common', 'rxjs', 'typeorm', 'prom-client'];

/** The flags of Node that load something before the program, or change how it is loaded. */
const PRELOADS = /(?:^|\s)(?:--import|--require|-r|--loader|--experimental-loader)(?=[\s=]|$)/g;

/**
 * Loads Nest before the program does, if the program loads it first anyway, if nothing else is to be loaded before it, and if
 * this library would find the same packages as the program. This needs no hooks in the module loader.
 *
 * @returns the class of `NestFactory`; undefined if it has to be waited for
 */
export function nestFactoryOf(program: string): unknown {
  try {
    if (hasOtherPreloads() || !loadsNestFirst(fileURLToPath(program))) return undefined;
    const ofProgram = nodeModule.createRequire(program);
    const ours = nodeModule.createRequire(import.meta.url);
    if (SHARED.some((name) => pathOf(ofProgram, name) !== pathOf(ours, name))) return undefined;
    return (ofProgram('@nestjs/core') as { readonly NestFactory?: object }).NestFactory?.constructor;
  } catch {
    // A program that cannot be read, or a Nest that cannot be loaded: whoever loads it is told why.
    return undefined;
  }
}

/** Whether there are others than `register`: an instrumentation that comes after it has to see how Nest is loaded. */
function hasOtherPreloads(): boolean {
  const flags = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ');
  return [...flags.matchAll(PRELOADS)].length > 1;
}

function pathOf(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}
