import { createClient } from 'redis';
import { abortAfter, send } from '../http-client.js';
import { urlOf } from '../redis/redis-server.js';
import { waitUntil } from '../wait-until.js';
import { Repeated } from './repeated.js';
import { type Job } from './scenes.js';
import { type Stage } from './stage.js';

const JSON_BODY = { 'content-type': 'application/json' };
const REX = JSON.stringify({ name: 'Rex', breed: 'Boxer', age: 3 });
const DOGS = 30;
const LABEL_SETS = 1100;

/** Makes what goes wrong in an application, as long as it takes to make its alerts fire. */
type Fault = (stage: Stage) => readonly Repeated[] | Promise<readonly Repeated[]>;

export const FAULTS: Readonly<Record<Job, Fault>> = {
  quiet: () => [],

  faulty: async (stage) => {
    const { port } = stage.kennel('faulty');
    for (let dog = 0; dog < DOGS; dog += 1) await post(port, '/dogs', REX);
    const faults = [
      repeatedGet(port, '/error'),
      repeatedGet(port, '/slow?ms=1500', { workers: 10 }),
      repeatedGet(port, '/slow?ms=25000', { workers: 150 }),
      new Repeated(() => abortAfter(port, 'request sent', { path: '/slow?ms=30000' }), { workers: 2, pauseMs: 100 }),
      repeatedGet(port, '/walks/one-by-one', { pauseMs: 1000 }),
      repeatedGet(port, '/slow-query?ms=1500', { workers: 2 }),
      repeatedGet(port, '/failing-query'),
      new Repeated(() => post(port, '/no-room'), { pauseMs: 200 }),
    ];
    return [...faults, ...(await cacheFaults(port, stage))];
  },

  pool: (stage) => [repeatedGet(stage.kennel('pool').port, '/slow-query?ms=600', { workers: 40 })],

  unreachable: async (stage) => {
    const { port } = stage.kennel('unreachable');
    await stage.unreachablePostgres.kill();
    const requests = repeatedGet(port, '/dogs');
    await firing(stage, 'unreachable', 'TypeormConnectionErrors');
    await requests.stop();
    await stage.kennel('unreachable').stop();
    return [];
  },

  blocked: async (stage) => {
    const { port } = stage.kennel('blocked');
    const short = repeatedGet(port, '/slow-query?ms=400');
    await firing(stage, 'blocked', 'NestjsEventLoopLagHigh');
    await short.stop();
    const long = repeatedGet(port, '/slow-query?ms=10000');
    await firing(stage, 'blocked', 'NestjsEventLoopStuck');
    await long.stop();
    return [];
  },

  restarting: async (stage) => {
    // One after the other: this fault and the one before keep a processor busy.
    await firing(stage, 'blocked', 'NestjsEventLoopStuck');
    const restarts = new Repeated(() => stage.restart());
    await firing(stage, 'restarting', 'NestjsRestarting');
    await restarts.stop();
    return [];
  },

  stopped: (stage) => {
    stage.unscraped.kill('SIGSTOP');
    return [];
  },

  doors: (stage) => {
    stage.doors.fail();
    return [];
  },

  mistaken: async (stage) => {
    const { port } = stage.kennel('mistaken');
    for (let dog = 0; dog < LABEL_SETS; dog += 1) await send(port, { path: `/bark?dog=${dog}` });
    await post(port, '/break-scale');
    await post(port, '/close-data-source');
    return [
      repeatedGet(port, '/leak?mb=5', { pauseMs: 1000 }),
      repeatedGet(port, '/deaf-listener'),
      // Without the token that it asks for.
      repeatedGet(port, '/metrics'),
    ];
  },
};

/** Nothing is found in the cache, and then its server is killed. */
async function cacheFaults(port: number, stage: Stage): Promise<readonly Repeated[]> {
  const requests = repeatedGet(port, '/walks/forecast', { workers: 4 });
  const client = createClient({ url: urlOf(stage.redis) }).on('error', () => undefined);
  await client.connect();
  const emptied = new Repeated(() => client.flushAll(), { pauseMs: 50 });
  await firing(stage, 'faulty', 'NestjsCacheHitRatioLow');
  await emptied.stop();
  client.destroy();
  await stage.redis.kill();
  return [requests];
}

function firing(stage: Stage, job: Job, alert: string): Promise<boolean> {
  return waitUntil(`${alert} fires`, async () => (await stage.fired(job)).includes(alert), PATIENT);
}

export const PATIENT = { timeoutMs: 150_000, intervalMs: 500 };

function repeatedGet(port: number, path: string, { workers = 1, pauseMs = 200 } = {}): Repeated {
  return new Repeated(() => send(port, { path, timeoutMs: 60_000 }), { workers, pauseMs });
}

function post(port: number, path: string, body = ''): Promise<unknown> {
  return send(port, { method: 'POST', path, body, headers: JSON_BODY });
}
