import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileIdOf } from '../../lib/monitor/directory/file-names.js';
import { ChildProgram, type MonitoredChild } from '../support/redis/monitored-child.js';
import { waitUntil } from '../support/wait-until.js';

let program: ChildProgram;
beforeAll(async () => void (program = await ChildProgram.build([])));
afterAll(() => program.stop());

let directory: string;
let children: MonitoredChild[] = [];
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'monitor-'))));
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<MonitoredChild> {
  const child = await program.start({ store: { directory, name: 'kennel' } });
  children.push(child);
  return child;
}

const requestsOf = async (child: MonitoredChild) => (await child.data()).totals.requests.count;

function show(requests: number): Promise<boolean> {
  return waitUntil(`all processes show ${requests} requests`, async () => {
    const shown = await Promise.all(children.map(requestsOf));
    return shown.every((one) => one === requests);
  });
}

async function idOf(child: MonitoredChild): Promise<string> {
  const { processes } = await child.data();
  return processes.find(({ pid }) => pid === child.pid)!.id;
}

describe('processes that share a directory', () => {
  it('show the same, lose nothing that was written, and never go backwards, whoever is killed', async () => {
    await Promise.all([start(), start(), start()]);
    let counted = 0;
    const shown: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(children.map((child, i) => child.requests(10 + i)));
      counted += children.reduce((sum, _, i) => sum + 10 + i, 0);
      await show(counted);

      const [victim] = children.splice(Math.floor(Math.random() * children.length), 1) as [MonitoredChild];
      const id = await idOf(victim);
      // What was counted within the last second may be lost with a process that is killed, and nothing else.
      await victim.requests(7);
      victim.kill();
      const watcher = children[0]!;
      const replacement = await start();
      await waitUntil('its files are settled', async () => {
        shown.push(await requestsOf(watcher));
        return !readdirSync(directory).some((name) => name.startsWith(fileIdOf(id)));
      });
      expect(shown).toEqual(shown.toSorted((one, other) => one - other));
      const now = await requestsOf(replacement);
      expect(now).toBeGreaterThanOrEqual(counted);
      expect(now).toBeLessThanOrEqual(counted + 7);
      counted = now;
      await show(counted);
    }
    await waitUntil('only the live processes are shown', async () => {
      const { processes } = await children[0]!.data();
      return processes.length === 3 && processes.every(({ pid }) => children.some((child) => child.pid === pid));
    });
  });

  it('lose nothing when they are stopped, even all of them', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    await one.requests(5);
    await one.close();
    await other.requests(6);
    await other.close();
    children = [];
    const { totals, history } = await (await start()).data();
    expect(totals.requests.count).toBe(11);
    expect(history?.routes.busiest).toEqual([expect.objectContaining({ method: 'GET', route: '/dogs', count: 11 })]);
  });
});
