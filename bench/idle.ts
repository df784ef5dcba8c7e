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

/** After this time, V8 has finished the compilations and garbage collections of the boot. */
const SETTLE_MS = 3000;

/**
 * The cost of an application without requests. All processes are idle during the same seconds: they do not affect each
 * other, and a disturbance of the machine affects all of them.
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
