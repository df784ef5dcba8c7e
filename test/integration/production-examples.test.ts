import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Controller, Get } from '@nestjs/common';
import { load } from 'js-yaml';
import { MetricsServer, MonitorModule, PrometheusModule, type PrometheusOptions } from 'nestjs-prometheus-exporter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../support/certificates.js';
import { type DatabaseProcess } from '../support/database-process.js';
import { codeBlocks, exampleText } from '../support/examples.js';
import { freePortsInARow } from '../support/free-ports.js';
import { send } from '../support/http-client.js';
import { ADAPTERS, MetricsApp } from '../support/metrics-app.js';
import { evaluatedOptions, optionsTextIn } from '../support/module-options.js';
import { type PrometheusServer, startPrometheus } from '../support/prometheus-server.js';
import { startNginx } from '../support/proxies.js';
import { needs } from '../support/services.js';
import { waitUntil } from '../support/wait-until.js';

const PAGE = 'docs/production.md';
const RANGE = 16;
const KUBERNETES_SD = /kubernetes_sd_configs:\n {6}- role: pod\n/;

@Controller('dogs')
class DogsController {
  @Get()
  list(): readonly string[] {
    return ['Rex'];
  }
}

interface ScrapeConfiguration {
  readonly scrape_configs: readonly object[];
}

needs('prometheus')('the applications and configurations of docs/production.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'production-'));
  const apps = new Map<string, MetricsApp>();
  let firstPort: number;
  let prometheus: PrometheusServer;

  /** Files are in a folder of this test, and ports are free ones. */
  const moved = (text: string) =>
    text
      .replaceAll(/\/(?:etc|run)\//g, `${folder}/`)
      .replaceAll(/\bport: 9464/g, 'port: 0')
      .replaceAll('[9464, 9479]', `[${firstPort}, ${firstPort + RANGE - 1}]`);
  const run = (script: string) => promisify(execFile)('bash', ['-euc', script], { cwd: folder });
  const start = async (name: string, options: PrometheusOptions) => {
    const imports = [PrometheusModule.forRoot(options)];
    apps.set(name, await MetricsApp.start({ adapter: 'express', imports, controllers: [DogsController] }));
  };
  const ownPort = (name: string) => apps.get(name)!.app.get(MetricsServer).port!;

  /** The job of an example, with shorter intervals and the ports of the application. */
  const job = (name: string, ports: Readonly<Record<number, number>>) => {
    const text = Object.entries(ports)
      .reduce(
        (changed, [from, to]) => changed.replaceAll(`localhost:${from}`, `localhost:${to}`),
        exampleText(`scraping/${name}.yml`),
      )
      .replaceAll('/etc/', `${folder}/`)
      .replaceAll(/(scrape|refresh)_interval: 15s/g, '$1_interval: 1s')
      .replace(KUBERNETES_SD, `file_sd_configs:\n      - files: ['${folder}/pods.json']\n`);
    return { ...(load(text) as ScrapeConfiguration).scrape_configs[0], job_name: name };
  };

  /** What Kubernetes would find: a pod with the annotations, and one without. */
  const pods = () => {
    const pod = (name: string, others: object) => ({
      targets: [name],
      labels: {
        __meta_kubernetes_pod_ip: '127.0.0.1',
        __meta_kubernetes_pod_name: name,
        __meta_kubernetes_namespace: 'shop',
        ...others,
      },
    });
    const annotations = {
      __meta_kubernetes_pod_annotation_prometheus_io_scrape: 'true',
      __meta_kubernetes_pod_annotation_prometheus_io_port: String(ownPort('kubernetes')),
      __meta_kubernetes_pod_annotation_prometheus_io_path: '/metrics',
    };
    return [pod('annotated', annotations), pod('other', {})];
  };

  beforeAll(async () => {
    firstPort = await freePortsInARow(RANGE);
    const [makeToken = ''] = codeBlocks(PAGE, 'sh');
    await run(
      moved(makeToken)
        .replaceAll('sudo ', '')
        .replaceAll(/-o \S+ /g, ''),
    );
    makeCertificates(join(folder, 'my-app'), 'ca', ['tls']);
    makeCertificates(join(folder, 'prometheus'), 'clients-ca', ['client']);
    copyFileSync(join(folder, 'my-app/ca.crt'), join(folder, 'prometheus/my-app-ca.crt'));
    copyFileSync(join(folder, 'prometheus/clients-ca.crt'), join(folder, 'my-app/clients-ca.crt'));

    const [machine, token, route, processes, range, kubernetes, tls, certificates] = codeBlocks(PAGE, 'ts').map(
      (code) => evaluatedOptions(moved(optionsTextIn(code))),
    );
    await start('same-machine', machine!);
    await start('own-port', { ...token!, nativeHistograms: true });
    await start('in-app-route', route!);
    await start('kubernetes', kubernetes!);
    await start('processes', processes!);
    await start('range 1', range!);
    await start('range 2', range!);
    await start('tls', tls!);
    await start('client-certificate', certificates!);

    writeFileSync(join(folder, 'pods.json'), JSON.stringify(pods()));
    const configFile = join(folder, 'prometheus.yml');
    const scrape_configs = [
      job('same-machine', { 9464: ownPort('same-machine') }),
      job('own-port', { 9464: ownPort('own-port') }),
      job('native-histograms', { 9464: ownPort('own-port') }),
      job('kubernetes-annotations', {}),
      job('in-app-route', { 3000: apps.get('in-app-route')!.port }),
      job('port-range', { 9464: ownPort('range 1'), 9465: ownPort('range 2') }),
      job('tls', { 9464: ownPort('tls') }),
      job('client-certificate', { 9464: ownPort('client-certificate') }),
    ];
    writeFileSync(configFile, JSON.stringify({ scrape_configs }));
    prometheus = await startPrometheus({ configFile }, { flags: ['--enable-feature=native-histograms'] });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all([...apps.values()].map((app) => app.close()));
    rmSync(folder, { recursive: true });
  });

  it('belong together: every target is up, and nothing is scraped twice', async () => {
    const expected = {
      'client-certificate': 1,
      'in-app-route': 1,
      'kubernetes-annotations': 1,
      'native-histograms': 1,
      'own-port': 1,
      'port-range': 2,
      'same-machine': 1,
      tls: 1,
    };
    await waitUntil('every target is up', async () => {
      const up = await prometheus.query('up');
      const counts = new Map<string, number>();
      for (const { labels, value } of up) counts.set(labels['job']!, (counts.get(labels['job']!) ?? 0) + value);
      expect(Object.fromEntries(counts), JSON.stringify(up)).toEqual(expected);
      return up.length === 9;
    });
  });

  it('are all of the page', () => {
    expect(codeBlocks(PAGE, 'ts')).toHaveLength(apps.size - 1); // two processes share the range
  });

  it('give pods their labels', async () => {
    const [pod] = await prometheus.query('up{job="kubernetes-annotations"}');
    expect(pod?.labels).toMatchObject({ namespace: 'shop', pod: 'annotated' });
  });

  it('have native histograms', async () => {
    await apps.get('own-port')!.send('/dogs');
    await prometheus.nextScrape();
    const [observed] = await prometheus.query(
      'sum(histogram_count(nestjs_http_request_duration_seconds{job="native-histograms",route="/dogs"}))',
    );
    expect(observed?.value).toBe(1);
  });

  it('show nothing on the port of the application, where there is an own port', async () => {
    for (const name of ['same-machine', 'own-port', 'range 1', 'tls', 'client-certificate']) {
      expect((await apps.get(name)!.send('/metrics')).status, name).toBe(404);
    }
  });

  it('are one target in their directory', async () => {
    const headers = { authorization: `Bearer ${readFileSync(join(folder, 'my-app/metrics-token'), 'utf8').trim()}` };
    const { body } = await send(ownPort('processes'), { path: '/metrics', headers });
    expect(body).toContain('\nnestjs_metrics_processes 1\n');
    expect(readdirSync(join(folder, 'my-app/metrics'))).not.toEqual([]);
  });

  it('refuse whoever has no token, except the liveness probe', async () => {
    for (const port of [ownPort('own-port'), ownPort('range 1'), apps.get('in-app-route')!.port]) {
      expect((await send(port, { path: '/metrics' })).status).toBe(401);
    }
    expect((await send(ownPort('own-port'), { path: '/-/healthy' })).status).toBe(200);
  });

  it('refuse whoever has no client certificate, except the liveness probe', async () => {
    const url = `https://localhost:${ownPort('client-certificate')}`;
    const curl = async (path: string) =>
      (await run(`curl -s -o /dev/null -w '%{http_code}' --cacert prometheus/my-app-ca.crt ${url}${path}`)).stdout;
    expect(await curl('/metrics')).toBe('403');
    expect(await curl('/-/healthy')).toBe('200');
  });

  it('answer the curl of the page', async () => {
    const curl = codeBlocks(PAGE, 'sh').find((block) => block.startsWith('curl'))!;
    const port = ownPort('own-port');
    const { stdout } = await run(moved(curl).replaceAll('sudo ', '').replace('localhost:9464', `localhost:${port}`));
    expect(stdout).toContain('\nnestjs_metrics_info{');
  });
});

needs('nginx')('the site in examples/nginx', () => {
  describe.each(ADAPTERS)('in front of an application on %s', (adapter) => {
    let app: MetricsApp;
    let nginx: DatabaseProcess;
    beforeAll(async () => {
      app = await MetricsApp.start({
        adapter,
        imports: [PrometheusModule.forRoot(), MonitorModule.forRoot()],
        controllers: [DogsController],
      });
      nginx = await startNginx((port) =>
        exampleText('nginx/my-app.conf')
          .replace('listen 80;', `listen 127.0.0.1:${port};`)
          .replace('http://127.0.0.1:3000', `http://127.0.0.1:${app.port}`),
      );
    });
    afterAll(async () => {
      await nginx.stop();
      await app.close();
    });

    it('passes the application on', async () => {
      expect((await send(nginx.port, { path: '/dogs' })).body).toBe('["Rex"]');
      expect((await send(nginx.port, { path: '/metrics-of-dogs' })).body).not.toContain('nginx');
    });

    it.each([
      '/metrics',
      '/metrics/',
      '/metrics?name[]=up',
      '/METRICS',
      '/%6detrics',
      '/%4DETRICS',
      '/metrics%2f',
      '//metrics',
      '/./metrics',
      '/dogs/../metrics',
      '/dogs/%2e%2e/metrics',
      '/monitor',
      '/Monitor/data.json',
    ])('does not pass %s on', async (path) => {
      const answer = await send(nginx.port, { path });
      expect([answer.status, answer.body]).toEqual([404, expect.stringContaining('<center>nginx')]);
    });

    it('is what hides the metrics, which the application itself shows', async () => {
      expect((await app.send('/metrics')).status).toBe(200);
    });
  });
});
