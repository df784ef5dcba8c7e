import { existsSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../support/listen.js';
import { type PrometheusServer, startPrometheus } from '../../support/prometheus-server.js';
import { needs } from '../../support/services.js';
import { waitUntil } from '../../support/wait-until.js';

needs('prometheus')('a Prometheus of the tests', () => {
  let value = 42;
  let target: Server;
  let folder: string;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rules-'));
    const ruleFile = join(folder, 'double.rules.yml');
    writeFileSync(ruleFile, 'groups: [{ name: g, rules: [{ record: "job:dogs:double", expr: "2 * dogs" }] }]');
    target = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(`# TYPE dogs gauge\ndogs{breed="terrier"} ${value}\n`);
    });
    const port = await listen(target);
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${port}`], job: 'kennel', ruleFiles: [ruleFile] });
  });

  afterAll(async () => {
    await prometheus.stop();
    target.close();
    target.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it('has scraped its target when it has started', async () => {
    const [sample] = await prometheus.query('dogs');
    expect(sample).toMatchObject({ value: 42, labels: { breed: 'terrier', job: 'kennel' } });
  });

  it('sees a change with the next scrape', async () => {
    value = 43;
    await prometheus.nextScrape();
    expect(await prometheus.query('dogs')).toMatchObject([{ value: 43 }]);
  });

  it('evaluates rules', async () => {
    const recorded = await waitUntil(
      'the rule is evaluated',
      async () => (await prometheus.query('job:dogs:double'))[0],
    );
    expect(recorded?.labels).toMatchObject({ breed: 'terrier' });
  });

  it('answers a scalar, infinity and NaN', async () => {
    expect(await prometheus.query('scalar(vector(-1)) / 0')).toMatchObject([{ labels: {}, value: -Infinity }]);
    expect(await prometheus.query('vector(0) / 0')).toMatchObject([{ value: Number.NaN }]);
  });

  it('says what is wrong with a query', async () => {
    await expect(prometheus.query('sum(')).rejects.toThrow(/400.*parse error/);
  });

  it('is gone after stop, and may be stopped twice', async () => {
    const other = await startPrometheus({ targets: [] }, { awaitTargets: false });
    await other.stop();
    await other.stop();
    await expect(fetch(`${other.url}/-/ready`)).rejects.toThrow('fetch failed');
    expect(existsSync(other.folder)).toBe(false);
  });

  it('says why it does not start', async () => {
    const configFile = join(folder, 'prometheus.yml');
    writeFileSync(configFile, 'nonsense: true\n');
    await expect(startPrometheus({ configFile })).rejects.toThrow(/did not start.*field nonsense not found/s);
  });
});
