import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { rolldown } from 'rolldown';

/** Runs a file of this folder in a worker, with everything that it imports. */
export async function startBundledWorker(file: string, workerData?: unknown): Promise<Worker> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(`./${file}`, import.meta.url)),
    platform: 'node',
  });
  const { output } = await bundle.generate({ format: 'cjs' });
  await bundle.close();
  const worker = new Worker(output[0].code, { eval: true, workerData });
  await once(worker, 'online');
  return worker;
}
