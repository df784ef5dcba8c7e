import { alternate } from './alternate.js';
import { startChild } from './child.js';
import { type BootRunner } from './children/boot-runner.js';
import { type Effort } from './effort.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';
import { type Adapter } from './variants/hello-app.js';
import { type VariantName } from './variants/variants.js';

const MOST_IMPORT_MS = 25;
const MOST_BOOT_MS = 60;

/**
 * The cost of every cold start and of every test file of a user: the time until the library is imported, and until the
 * application listens.
 */
export async function boot(effort: Effort): Promise<readonly Target[]> {
  return [...(await bootOn('express', effort)), ...(await bootOn('fastify', effort))];
}

async function bootOn(adapter: Adapter, { bootRuns }: Effort): Promise<readonly Target[]> {
  const imports: number[] = [];
  const start = async (name: VariantName): Promise<number> => {
    const { importMs, totalMs } = await startOnce(name, adapter);
    if (name === 'ours') imports.push(importMs);
    return totalMs;
  };
  const { bare, ours } = await alternate(bootRuns, { bare: () => start('bare'), ours: () => start('ours') });
  const imported = atMost(median(imports), MOST_IMPORT_MS, ' ms');
  const booted = atMost(median(ours) - median(bare), MOST_BOOT_MS, ' ms');
  printTable(
    `Boot: milliseconds in a new process, Nest being loaded (${bootRuns} starts each, on ${adapter})`,
    ['what', 'ms', 'min–max', 'target'],
    [
      ['bare, until it listens', figure(median(bare)), range(summarize(bare)), ''],
      ['ours, until it listens', figure(median(ours)), range(summarize(ours)), `over bare ${booted.text}`],
      ['import of the library', figure(median(imports)), range(summarize(imports)), imported.text],
    ],
  );
  return [imported, booted];
}

async function startOnce(name: VariantName, adapter: Adapter): Promise<ReturnType<BootRunner['times']>> {
  const child = await startChild<BootRunner>('boot-runner', { args: [name, adapter], flags: [] });
  try {
    return await child.ask('times');
  } finally {
    await child.stop();
  }
}
