import { join } from 'node:path';
import { listFiles } from './process-files.js';
import { readHead } from './read-numbers.js';

/**
 * A directory has the numbers of one application.
 *
 * @errors rejects when another one has numbers there
 */
export async function assertOneApplication(directory: string, ownId: string, application: string): Promise<void> {
  const { numbers } = await listFiles(directory);
  for (const { id, name } of numbers) {
    if (id === ownId) continue;
    // It may be gone by now.
    const head = await readHead(join(directory, name)).catch(() => undefined);
    if (head?.application === undefined || head.application === application) continue;
    throw new TypeError(
      `Expected \`processes.directory\` to be a directory of the application ${application}, got ${directory}, which has numbers of ${head.application}: give each application a directory of its own, or give both the same \`processes.name\` if they are one`,
    );
  }
}
