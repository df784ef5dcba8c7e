import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseProcess } from '../support/database-process.js';
import { exampleText, repositoryPath } from '../support/examples.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { KennelExample } from '../support/processes/kennel-example.js';
import { NodeProgram } from '../support/processes/node-program.js';
import { Pm2 } from '../support/processes/pm2.js';
import { startNginx } from '../support/proxies.js';
import { needs } from '../support/services.js';

const INSTANCES = 4;

const built = (example: string) => repositoryPath(`dist-examples/${example}/main.js`);

function environmentOf({ port, metricsPort }: KennelExample, folder: string): Record<string, string> {
  return { PORT: String(port), METRICS_PORT: String(metricsPort), METRICS_DIRECTORY: join(folder, 'metrics') };
}

describe('examples/cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  let kennel: KennelExample;
  let primary: NodeProgram;
  beforeAll(async () => {
    const port = await freePortsInARow(2);
    kennel = new KennelExample(port, port + 1);
    primary = new NodeProgram(built('cluster'), environmentOf(kennel, folder));
    await kennel.hasAll(INSTANCES);
  });
  afterAll(async () => {
    primary.kill('SIGKILL');
    await primary.ended;
    rmSync(folder, { recursive: true });
  });

  it('has the requests of all workers in each scrape, on both ports', async () => {
    expect((await kennel.helloFrom(INSTANCES)).size).toBe(INSTANCES);
    await kennel.hasAll(INSTANCES);
    for (let scrape = 0; scrape < INSTANCES; scrape += 1) await kennel.hasAll(INSTANCES, kennel.port);
    const cpu = (await kennel.scrape()).series('process_cpu_seconds_total').map(({ labels }) => labels['process']);
    // Workers that start together need not get the lowest numbers, but low ones.
    expect(new Set(cpu).size).toBe(INSTANCES);
    expect(cpu.filter((number) => !(Number(number) < 3 * INSTANCES))).toEqual([]);
  });

  it('keeps what a killed worker has counted, and goes on with a new one', async () => {
    const [first = 0, second = 0] = await kennel.helloFrom(INSTANCES);
    await kennel.hasAll(INSTANCES);
    for (const pid of [first, second]) process.kill(pid, 'SIGKILL');
    await kennel.hasAll(INSTANCES);
    expect((await kennel.helloFrom(INSTANCES)).size).toBe(INSTANCES);
    await kennel.hasAll(INSTANCES);
    expect(kennel.neverLess.faults).toEqual([]);
  });

  it('ends with its primary', async () => {
    expect(await primary.stop()).toBe(0);
  });
});

describe('examples/pm2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pm2-example-'));
  let kennel: KennelExample;
  let pm2: Pm2;
  beforeAll(async () => {
    const port = await freePortsInARow(2);
    kennel = new KennelExample(port, port + 1);
    pm2 = new Pm2(environmentOf(kennel, folder));
    await pm2.run('start', repositoryPath('examples/pm2/ecosystem.config.cjs'));
    await kennel.hasAll(INSTANCES);
  });
  afterAll(async () => {
    await pm2.stop();
    rmSync(folder, { recursive: true });
  });

  it('has the requests of all instances in each scrape, on both ports', async () => {
    expect((await kennel.helloFrom(INSTANCES)).size).toBe(INSTANCES);
    await kennel.hasAll(INSTANCES);
    for (let scrape = 0; scrape < INSTANCES; scrape += 1) await kennel.hasAll(INSTANCES, kennel.port);
  });

  it('keeps what was counted when all instances are reloaded', async () => {
    const old = await kennel.helloFrom(INSTANCES);
    await pm2.run('reload', 'kennel');
    await kennel.hasAll(INSTANCES);
    const fresh = await kennel.helloFrom(INSTANCES);
    expect([...fresh].filter((pid) => old.has(pid))).toEqual([]);
    await kennel.hasAll(INSTANCES);
    expect(kennel.neverLess.faults).toEqual([]);
  });
});

needs('nginx')('examples/replicas', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replicas-'));
  let kennel: KennelExample;
  let nginx: DatabaseProcess;
  let ports: readonly number[];
  const replicas: NodeProgram[] = [];

  const startReplica = (port: number | undefined) =>
    new NodeProgram(built('replicas'), { ...environmentOf(kennel, folder), PORT: String(port) });

  beforeAll(async () => {
    const port = await freePortsInARow(3);
    ports = [port, port + 1];
    nginx = await startNginx((nginxPort) =>
      exampleText('replicas/nginx.conf')
        .replace('listen 127.0.0.1:3000;', `listen 127.0.0.1:${nginxPort};`)
        .replace('127.0.0.1:3001', `127.0.0.1:${ports[0]}`)
        .replace('127.0.0.1:3002', `127.0.0.1:${ports[1]}`),
    );
    kennel = new KennelExample(nginx.port, port + 2);
    replicas.push(...ports.map(startReplica));
    await kennel.hasAll(replicas.length);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await nginx.stop();
    rmSync(folder, { recursive: true });
  });

  it('has the requests of both replicas in each scrape, but not behind the proxy', async () => {
    expect((await kennel.helloFrom(replicas.length)).size).toBe(replicas.length);
    await kennel.hasAll(replicas.length);
    expect((await send(kennel.port, { path: '/metrics' })).status).toBe(404);
  });

  it.each([0, 1])('answers for both when replica %i is restarted', async (index) => {
    await replicas[index]?.stop();
    await kennel.hasAll(1);
    replicas[index] = startReplica(ports[index]);
    await kennel.hasAll(replicas.length);
    expect(kennel.neverLess.faults).toEqual([]);
  });
});
