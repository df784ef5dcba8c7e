import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, HttpException } from '@nestjs/common';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckReport } from '../../lib/cli/check/check.js';
import { runCommand } from '../support/command.js';
import { MetricsApp } from '../support/metrics-app.js';
import { needs } from '../support/services.js';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

@Controller('dogs')
class DogsController {
  @Get(':id')
  one(): string {
    return 'Rex';
  }

  @Get(':id/walk')
  walk(): never {
    throw new HttpException('tired', 503);
  }
}

/** The examples of the documentation, one line of shell each. */
const EXAMPLES = [...readFileSync(path('docs/command-line.md'), 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => [line] as const);

describe('a running application', () => {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  let app: MetricsApp;
  let url: string;
  beforeAll(async () => {
    const imports = [PrometheusModule.forRoot({ http: { durationBuckets: [0.1, 0.5, 2] }, namespace: 'shop' })];
    app = await MetricsApp.start({ adapter: 'express', imports, controllers: [DogsController] });
    url = `http://127.0.0.1:${app.port}/metrics`;
    await app.send('/dogs/1');
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs a line of the documentation with the built program, against this application. */
  function shell(line: string): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
    const real = line
      .replace('npx nestjs-prometheus-exporter', `'${process.execPath}' '${path('dist/cli/cli.js')}'`)
      .replaceAll('http://localhost:3000/metrics', url);
    return new Promise((resolve) => {
      execFile('bash', ['-c', real], { cwd: folder }, (error, out, err) => {
        resolve({ status: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  it('has examples', () => {
    expect(EXAMPLES.length).toBeGreaterThan(8);
  });

  it.each(EXAMPLES)('%s', async (line) => {
    const { status, out, err } = await shell(line);
    expect({ status, err: err.replaceAll(/^\S+\/nestjs-\S+\n/gm, ''), out }).toEqual({ status: 0, err: '', out });
    expect(out !== '' || /--out|>/.test(line)).toBe(true);
  });

  needs('prometheus')('Prometheus', () => {
    it.each(['rules', 'alerts'])('accepts its %s', async (command) => {
      const { status, out } = await shell(
        `npx nestjs-prometheus-exporter ${command} --from ${url} --instance-labels instance,pod > ${command}.yml && promtool check rules ${command}.yml`,
      );
      expect(out).toMatch(/SUCCESS: \d+ rules found/);
      expect(status).toBe(0);
    });
  });

  it('shows its routes in top', async () => {
    const requests = new AbortController();
    const send = async (): Promise<void> => {
      while (!requests.signal.aborted) await Promise.all([app.send('/dogs/2'), app.send('/dogs/2/walk')]);
    };
    const sending = send();
    const { out, status } = await runCommand(['top', url, '--once', '--interval', '0.5', '--sort', 'failed']);
    requests.abort();
    await sending;
    expect(status).toBe(0);
    expect(out).toMatch(/ 100\.0% +\S+ +GET +\/dogs\/:id\/walk\n/);
    expect(out).toMatch(/ 0\.0% +\S+ +GET +\/dogs\/:id\n/);
  });

  it('differs from another one in what it publishes', async () => {
    const imports = [
      PrometheusModule.forRoot({ http: { durationBuckets: [0.1, 2] }, namespace: 'shop', runtimeMetrics: false }),
    ];
    const other = await MetricsApp.start({ adapter: 'fastify', imports, controllers: [DogsController] });
    try {
      await other.send('/dogs/1');
      const { out, status } = await runCommand(['diff', url, `http://127.0.0.1:${other.port}`]);
      expect(out).toContain('~ shop_nestjs_http_request_duration_seconds: bucket 0.5 removed (breaking)\n');
      expect(out).toContain('- shop_nodejs_eventloop_lag_seconds: ');
      expect(status).toBe(1);
    } finally {
      await other.close();
    }
  });

  it.skipIf(process.platform !== 'linux')('says that the result cannot be written', async () => {
    const { status, err } = await shell('npx nestjs-prometheus-exporter rules > /dev/full');
    expect(err).toBe('error: Cannot write the result: ENOSPC: no space left on device, write.\n');
    expect(status).toBe(2);
  });

  it('is told that rules for another namespace do not fit', async () => {
    const rules = join(folder, 'other.yml');
    await shell(`npx nestjs-prometheus-exporter rules --namespace store > ${rules}`);
    const { out, status } = await runCommand(['check', url, '--rules', rules, '--json']);
    const { findings } = JSON.parse(out) as CheckReport;
    const missing = findings.filter(({ check }) => check === 'missing-metric');
    expect(missing.map(({ metric, level }) => [metric, level])).toContainEqual([
      'store_nestjs_http_requests_total',
      'error',
    ]);
    expect(status).toBe(1);
  });
});

it.skipIf(process.platform === 'win32')('Ctrl-C ends a command whose stdin stays open', async () => {
  const command = spawn(process.execPath, [path('dist/cli/cli.js'), 'check', '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(command, 'exit');
  // More than a pipe holds: once it is written, the command is reading.
  await new Promise((resolve) => command.stdin.write('# comment\n'.repeat(1_000_000), resolve));
  command.kill('SIGINT');
  expect(await ended).toEqual([2, null]);
});
