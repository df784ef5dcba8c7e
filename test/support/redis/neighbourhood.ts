import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect } from 'vitest';
import { hourOf, minuteOf } from '../../../lib/monitor/history/bucket.js';
import { waitUntil } from '../wait-until.js';
import { BadNeighbour } from './bad-neighbour.js';
import { type MonitoredProcess } from './monitored-process.js';
import { RedisScene } from './redis-scene.js';

/** Of one round trip, the tests' own work included. Without bounds it was a second and more, and tens of megabytes. */
const MOST_CPU_MS = 250;
/** A machine that is busy with other tests takes some times as long. */
const MOST_MS = 3000;

export interface Neighbourhood {
  readonly scene: RedisScene;
  readonly neighbour: BadNeighbour;
  readonly nowSeconds: number;
  readonly hour: number;
  readonly minutes: readonly number[];
}

export async function neighbourhood(context: Parameters<typeof RedisScene.set>[0]): Promise<Neighbourhood> {
  const scene = await RedisScene.set(context);
  const nowMs = await scene.view.clockMs();
  const bucket = Math.floor(nowMs / 10_000);
  return {
    scene,
    neighbour: new BadNeighbour(scene.view.redis),
    nowSeconds: Math.floor(nowMs / 1000),
    hour: hourOf(bucket),
    // A test may begin in one and end in the next.
    minutes: [minuteOf(bucket), minuteOf(bucket) + 1],
  };
}

/** A process that counts and is looked at for some round trips; nobody is held up, and nothing is lost. */
export async function lookedAt({ scene }: Neighbourhood, mostAnswerBytes = 1_000_000): Promise<MonitoredProcess> {
  const { redis } = scene.view;
  await redis.config('RESETSTAT');
  await redis.config('SET', 'slowlog-log-slower-than', String(MOST_MS * 1000));
  await redis.slowlog('RESET');
  const monitored = await scene.process();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  await waitUntil(
    'it has read some times',
    async () => {
      monitored.requests(1);
      const { scope } = await monitored.data();
      return scope === 'fleet' && (await scene.view.scripts()) >= 6;
    },
    { timeoutMs: 60_000 },
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  delay.disable();
  const scripts = await scene.view.scripts();
  const sent = Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);
  const delivered = async () => Number(await redis.hget('requests:totals', 'hits'));
  await waitUntil('everything is delivered', async () => (await delivered()) === monitored.happened.requests, {
    timeoutMs: 30_000,
  });
  expect((user + system) / 1000 / scripts).toBeLessThan(MOST_CPU_MS);
  expect(delay.max / 1e6).toBeLessThan(MOST_MS);
  expect(sent / scripts).toBeLessThan(mostAnswerBytes);
  expect(await redis.slowlog('GET')).toEqual([]);
  return monitored;
}

/** What was refused. On a machine that is busy the log says besides that Redis does not answer. */
export function told({ log }: MonitoredProcess): readonly string[] {
  return log.filter((line) => line.startsWith('RangeError: '));
}
