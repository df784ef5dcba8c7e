import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryPath } from '../support/examples.js';
import { freePortsInARow } from '../support/free-ports.js';
import { type FirePorts, type FireResult, fireTable, underFire } from '../support/processes/fire.js';
import { NodeProgram } from '../support/processes/node-program.js';
import { Pm2 } from '../support/processes/pm2.js';

/** `FIRE_SECONDS=60 npx vitest run --project e2e processes-under-fire` for longer. */
const SECONDS = Number(process.env['FIRE_SECONDS'] ?? 6);

const WORKER = repositoryPath('test/support/processes/fire-worker.mjs');
const CLUSTER = repositoryPath('test/support/processes/fire-cluster.mjs');

interface Running {
  readonly output: () => string;
  readonly stop: () => Promise<unknown>;
}

type Start = (environment: Readonly<Record<string, string>>, folder: string) => Promise<Running>;

const startCluster: Start = (environment) => {
  const program = new NodeProgram(CLUSTER, environment);
  return Promise.resolve({ output: () => program.output, stop: () => program.stop() });
};

/** By default, PM2 gives up a process that was killed fifteen times soon after its start. */
const startPm2: Start = async (environment, folder) => {
  const app = { name: 'fire', script: WORKER, exec_mode: 'cluster', instances: 4, max_restarts: 100_000 };
  const configuration = join(folder, 'fire.config.cjs');
  writeFileSync(configuration, `module.exports = ${JSON.stringify({ apps: [app] })};`);
  const pm2 = new Pm2(environment);
  const output = await pm2.run('start', configuration);
  return { output: () => output, stop: () => pm2.stop() };
};

describe.each([
  ['a cluster with four workers', startCluster],
  ['PM2 with four instances', startPm2],
] as const)('%s, of which some are killed again and again', (title, start) => {
  const folder = mkdtempSync(join(tmpdir(), 'fire-'));
  let running: Running | undefined;
  let result: FireResult;

  beforeAll(
    async () => {
      const port = await freePortsInARow(2);
      const ports: FirePorts = { port, metricsPort: port + 1 };
      const environment = {
        PORT: String(ports.port),
        METRICS_PORT: String(ports.metricsPort),
        METRICS_DIRECTORY: join(folder, 'metrics'),
      };
      running = await start(environment, folder);
      result = await underFire(ports, SECONDS).catch((cause: unknown) => {
        throw new Error(`${String(cause)}\n${String(running?.output())}`, { cause });
      });
      console.log(fireTable(title, result));
    },
    120_000 + SECONDS * 1000,
  );
  afterAll(async () => {
    await running?.stop();
    rmSync(folder, { recursive: true });
  });

  // A process starts in half a second, and in several while the machine is busy.
  it('was under fire', () => {
    expect(result.kills).toBeGreaterThan(SECONDS / 10);
    expect(result.answered).toBeGreaterThan(3 * SECONDS);
    expect(result.scrapes).toBeGreaterThan(SECONDS / 3);
    expect(result.unexplained).toEqual([]);
  });

  it('never has a counter or histogram that becomes less from one scrape to the next', () => {
    expect(result.less).toEqual([]);
  });

  it('has no more in any scrape than was sent, and no less than was answered', () => {
    expect(result.faults).toEqual([]);
  });

  it('ends with what was answered, but for what was in flight at the kills', () => {
    expect(Math.abs(result.counted - result.answered)).toBeLessThanOrEqual(result.allowance);
  });
});
