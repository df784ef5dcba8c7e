import { statSync } from 'node:fs';
import { type ProcessSettings } from './process-settings.js';

/**
 * The same for all processes that answer for each other: the application and its directory, as the file system knows it,
 * because containers may have it at different paths.
 */
export function groupKey({ application, directory }: Pick<ProcessSettings, 'application' | 'directory'>): string {
  const found = statSync(directory, { throwIfNoEntry: false });
  return `${application} ${found?.dev}:${found?.ino}`;
}
