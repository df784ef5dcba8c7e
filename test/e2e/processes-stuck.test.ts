import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { MetricsProcess } from '../support/metrics-process.js';
import { waitUntil } from '../support/wait-until.js';

/** Three real processes that share a port for their metrics; each counts its barks while its event loop is blocked. */
let parent: string;
let port: number;
let processes: readonly MetricsProcess[];

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'stuck-'));
  port = await freePortsInARow(1);
  const options = { processes: { directory: join(parent, 'kennel') }, server: { port }, registry: false } as const;
  const first = await MetricsProcess.start({ options });
  const others = await Promise.all([1, 2].map(() => MetricsProcess.start({ options })));
  processes = [first, ...others];
}, 60_000);

afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  rmSync(parent, { recursive: true, force: true });
});

async function scrape(): Promise<Exposition> {
  return readExposition((await send(port, { path: '/metrics', timeoutMs: 15_000 })).bytes, 'text');
}

const barksIn = (exposition: Exposition) => exposition.value('barks_total', { dog: 'Rex' }) ?? 0;
const counts = (exposition: Exposition) => [
  exposition.value('nestjs_metrics_processes'),
  exposition.value('nestjs_metrics_processes_unanswered'),
];

it('count a process whose event loop is stuck, up to the moment', { timeout: 60_000 }, async () => {
  const release = processes[1]!.block();
  const before = barksIn(
    await waitUntil('it counts', async () => {
      const exposition = await scrape();
      return barksIn(exposition) > 0 && exposition;
    }),
  );
  const later = await waitUntil('it has counted more', async () => {
    const exposition = await scrape();
    return barksIn(exposition) > before && exposition;
  });
  expect(counts(later)).toEqual([3, 0]);
  const counted = await release();
  expect(barksIn(await scrape())).toBe(counted);
});

it('go on without a process that is stopped, with what it had counted', { timeout: 60_000 }, async () => {
  const before = barksIn(await scrape());
  processes[2]!.kill('SIGSTOP');
  const exposition = await scrape();
  expect(counts(exposition)).toEqual([3, 1]);
  expect(barksIn(exposition)).toBe(before);
  processes[2]!.kill('SIGCONT');
  await waitUntil('it answers again', async () => counts(await scrape()).join() === '3,0');
});

it('take over the port soon after a kill, and lose nothing that was shown', { timeout: 60_000 }, async () => {
  const before = barksIn(await scrape());
  processes[0]!.kill('SIGKILL');
  await processes[0]!.ended;
  const killedAt = performance.now();
  const exposition = await waitUntil('another one answers', () => scrape(), { intervalMs: 5 });
  // A second where the machine has time: it is tried four times a second.
  expect(performance.now() - killedAt).toBeLessThan(3000);
  expect(barksIn(exposition)).toBe(before);
  expect(counts(exposition)).toEqual([2, 0]);
});

it('know what a process has counted that ends without closing its application', { timeout: 60_000 }, async () => {
  const release = processes[1]!.block();
  await waitUntil('it counts', async () => barksIn(await scrape()) > 0);
  const counted = await release();
  processes[1]!.send('exit', { code: 0 });
  await processes[1]!.ended;
  const exposition = await waitUntil('another one answers', () => scrape());
  expect(counts(exposition)).toEqual([1, 0]);
  expect(barksIn(exposition)).toBe(counted);
});
