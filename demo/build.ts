import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onProcessEnd } from '../test/support/on-process-end.js';
import { repositoryPath } from '../test/support/examples.js';

/** Builds the library and the sample application. What npm prints is shown only if it fails. */
export async function buildSample(): Promise<void> {
  // A process group of its own, so that what npm starts can be ended with it.
  const npm = spawn('npm', ['run', 'build:sample'], {
    cwd: repositoryPath(''),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const forget = onProcessEnd(() => npm.pid !== undefined && process.kill(-npm.pid, 'SIGKILL'));
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = (await once(npm, 'close')) as [number | null];
  forget();
  if (code !== 0) throw new Error(`The sample application could not be built:\n${output}`);
}
