import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The file that this process was started with, or its folder where there is none. */
export function programUrl(): string {
  const [, program] = process.argv;
  if (program === undefined) return workingDirectoryUrl();
  try {
    return pathToFileURL(realpathSync(program)).href;
  } catch {
    // The name without its extension.
    return pathToFileURL(program).href;
  }
}

export function workingDirectoryUrl(): string {
  return pathToFileURL(`${process.cwd()}/`).href;
}
