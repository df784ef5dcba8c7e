import { execFileSync } from 'node:child_process';
import { Counter, Histogram, Registry, Summary } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { type CheckReport } from '../../lib/cli/check/check.js';
import { runCommand } from '../support/command.js';
import { startPrometheus } from '../support/prometheus-server.js';
import { needs } from '../support/services.js';

async function checked(source: string, stdin = ''): Promise<CheckReport> {
  const { out, err } = await runCommand(['check', source, '--json'], { stdin });
  expect(err).toBe('');
  return JSON.parse(out) as CheckReport;
}

const seriesOf = ({ cardinality }: CheckReport, name: string) =>
  cardinality.find(({ metric }) => metric === name)?.series;

describe.each([Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE])('prom-client as %s', (type) => {
  it('is read', async () => {
    const registry = new Registry<typeof type>();
    registry.setContentType(type);
    const registers = [registry];
    new Counter({ name: 'dogs_total', help: 'Dogs.', labelNames: ['breed'], registers }).inc({ breed: 'a "b"\n\\' });
    new Histogram({ name: 'walk_seconds', help: 'Walks.', buckets: [1, 2], registers }).observe(1);
    new Summary({ name: 'nap_seconds', help: 'Naps.', percentiles: [0.5], registers }).observe(1);
    const report = await checked('-', await registry.metrics());
    expect(report.metrics).toBe(3);
    expect(['dogs_total', 'walk_seconds', 'nap_seconds'].map((name) => seriesOf(report, name))).toEqual([1, 5, 3]);
  });
});

needs('prometheus_client')('client_python', () => {
  it.each(['prometheus_client', 'prometheus_client.openmetrics.exposition'])(
    'is read as %s writes it',
    async (module) => {
      const program = `from prometheus_client import CollectorRegistry, Counter, Histogram, Info
from ${module} import generate_latest
registry = CollectorRegistry()
Counter('dogs', 'Dogs.', ['breed'], registry=registry).labels('a').inc()
Histogram('walk_seconds', 'Walks.', registry=registry, buckets=[1]).observe(1)
Info('version', 'Version.', registry=registry).info({'number': '1'})
print(generate_latest(registry).decode(), end='')`;
      const report = await checked('-', execFileSync('/usr/bin/python3', ['-c', program], { encoding: 'utf8' }));
      expect(seriesOf(report, 'dogs_total')).toBeGreaterThanOrEqual(1);
      expect(seriesOf(report, 'version_info')).toBe(1);
    },
  );
});

needs('prometheus')('Prometheus', () => {
  it('is read with its own metrics', async () => {
    const server = await startPrometheus({ targets: [] }, { awaitTargets: false });
    try {
      const report = await checked(`${server.url}/metrics`);
      expect(report.metrics).toBeGreaterThan(100);
      expect(seriesOf(report, 'prometheus_build_info')).toBe(1);
    } finally {
      await server.stop();
    }
  });
});
