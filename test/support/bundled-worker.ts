import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { rolldown } from 'rolldown';

/** A worker thread with a file of this folder and all that it imports. Resolves when it runs. */
export async function startBundledWorker(file: string, workerData?: unknown): Promise<Worker> {
  const bundle = await rolldown({ input: fileURLToPath(new URL(file, import.meta.url)), platform: 'node' });
  const { output } = await bundle.generate({ format: 'cjs' });
  await bundle.close();
  const worker = new Worker(output[0].code, { eval: true, workerData });
  await once(worker, 'online');
  return worker;
}
