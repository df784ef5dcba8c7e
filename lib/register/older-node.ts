import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
import { nestFactoryOf } from './loaded-early.js';
import { LOAD, NODE_MODULE } from './node-module.js';
import { programUrl, workingDirectoryUrl } from './program.js';

/**
 * Finds Nest on versions of Node before `module.registerHooks()`. If it cannot be loaded early, what is imported passes a
 * thread with hooks, which costs about half a millisecond per module, and what is required passes `Module._load`. A
 * process that has no Nest beside its program, nor in its working directory, starts no thread: process managers such as PM2
 * have a program of their own that loads the application.
 */
export function watchOlderNode(found: (nestFactory: unknown) => void): void {
  const place = [programUrl(), workingDirectoryUrl()].find(hasNest);
  if (place === undefined) return;
  const nestFactory = nestFactoryOf(place);
  if (nestFactory !== undefined) return found(nestFactory);
  nodeModule.register('./register-hooks.js', import.meta.url, { data: place });
  watchRequires(found);
}

function hasNest(place: string): boolean {
  const folders = nodeModule.createRequire(place).resolve.paths('@nestjs/core') ?? [];
  return folders.some((folder) => existsSync(join(folder, '@nestjs', 'core')));
}

function watchRequires(found: (nestFactory: unknown) => void): void {
  const load = NODE_MODULE[LOAD];
  NODE_MODULE[LOAD] = function (this: unknown, request, ...rest) {
    const exports = load.call(this, request, ...rest);
    if (/@nestjs[/\\]core/.test(request)) found((exports as { NestFactory?: object } | null)?.NestFactory?.constructor);
    return exports;
  };
}
