import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryPath } from '../support/examples.js';
import { readExposition } from '../support/exposition.js';
import { NodeProgram } from '../support/processes/node-program.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { type Pushgateway, startPushgateway } from '../support/pushgateway.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const JOB = repositoryPath('dist-examples/batch-job/main.js');
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9';

const runJob = (url: string, ...dogs: readonly string[]) => new NodeProgram(JOB, { PUSHGATEWAY_URL: url }, dogs);

needs('pushgateway', 'prometheus')('examples/batch-job', () => {
  let pushgateway: Pushgateway;
  let prometheus: PrometheusServer;
  beforeAll(async () => {
    pushgateway = await startPushgateway();
    const static_configs = [{ targets: [new URL(pushgateway.url).host] }];
    prometheus = await startPrometheus({ targets: [], scrapeConfig: { static_configs, honor_labels: true } });
  });
  afterAll(async () => {
    await prometheus.stop();
    await pushgateway.stop();
  });

  const pushed = async () => readExposition(await pushgateway.metrics(), 'text');
  const LAST_SUCCESS = 'kennel_wash_last_success_timestamp_seconds';

  it('pushes what it has counted, and Prometheus reads it', async () => {
    const startedAt = Date.now() / 1000;
    const job = runJob(pushgateway.url, 'Rex', 'Bello', 'Laika');
    expect({ code: await job.ended, output: job.output }).toMatchObject({ code: 0 });
    expect((await pushed()).sum('kennel_dogs_washed_total', { job: 'wash' })).toBe(3);
    expect((await pushed()).sum(LAST_SUCCESS)).toBeGreaterThan(startedAt - 1);
    const stored = () => prometheus.query('kennel_dogs_washed_total{job="wash"}');
    expect((await waitUntil('Prometheus has it', async () => (await stored())[0]))?.value).toBe(3);
  });

  it('pushes what it has counted until it failed, and ends with the exit code of the failure', async () => {
    const job = runJob(pushgateway.url, 'Rex', 'cat', 'Laika');
    expect(await job.ended).toBe(1);
    expect(job.output).toContain('This is not a dog.');
    expect((await pushed()).sum('kennel_dogs_washed_total', { job: 'wash' })).toBe(1);
  });

  it('ends as before when nothing listens, and says that in the log', async () => {
    const job = runJob(NOWHERE, 'Rex');
    expect(await job.ended).toBe(0);
    expect(job.output).toMatch(/push.*127\.0\.0\.1:9/is);
  });
});
