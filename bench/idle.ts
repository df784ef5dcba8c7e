import { setTimeout as wait } from 'node:timers/promises';
import { startChild } from './child.js';
import { type AppServer } from './children/app-server.js';
import { type Effort } from './effort.js';
import { median, summarize } from './statistics.js';
import { figure, printTable, range } from './table.js';
import { atMost, type Target } from './target.js';
import { type VariantName } from './variants/variants.js';

const NAMES: readonly VariantName[] = ['bare', 'ours'];
const PAIRS = 3;

/** What V8 still compiles and collects after a boot is over by then. */
const SETTLE_MS = 3000;

/**
 * What an application without requests costs. All processes idle side by side for the same seconds: they leave each
 * other alone, and what disturbs the machine disturbs all of them.
 */
export async function idle(effort: Effort): Promise<readonly Target[]> {
  const names = Array.from({ length: PAIRS }, () => NAMES).flat();
  const children = await Promise.all(
    names.map((name) => startChild<AppServer>('app-server', { args: [name, 'express'], flags: [] })),
  );
  await wait(SETTLE_MS);
  await Promise.all(children.map((child) => child.ask('start')));
  await wait(effort.idleSeconds * 1000);
  const microseconds = await Promise.all(children.map((child) => child.ask('stop')));
  await Promise.all(children.map((child) => child.stop()));

  const percent = microseconds.map((us) => us / effort.idleSeconds / 1e4);
  const of = (name: VariantName) => percent.filter((_, i) => names[i] === name);
  const target = atMost(median(of('ours')) - median(of('bare')), 0.1, ' %');
  printTable(
    `Idle: CPU in % of a core over ${effort.idleSeconds} s (${PAIRS} processes each, on express)`,
    ['variant', '%', 'min–max', 'ours minus bare'],
    NAMES.map((name) => {
      const share = summarize(of(name));
      return [name, figure(share.median), range(share), name === 'ours' ? target.text : ''];
    }),
  );
  return [target];
}
