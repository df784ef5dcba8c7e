import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposition, readExposition } from '../support/exposition.js';
import { send } from '../support/http-client.js';
import { InstalledApp, packLibrary } from '../support/installed-app.js';
import { type Kennel, startKennel } from '../support/kennel.js';
import { kennelLoad } from '../support/kennel-load.js';
import { driveLoad } from '../support/load-driver.js';
import { waitUntil } from '../support/wait-until.js';

interface Host {
  readonly nest: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly checks?: readonly string[];
}

/** The oldest Nest of the peer range, and 12 as this repository has it. The integration tests run on the newest 11. */
const HOSTS: readonly Host[] = [
  { nest: '12', versions: {} },
  {
    nest: '11.1.4',
    versions: { ...nest('11.1.4', '11.1.4'), '@fastify/view': '^11.1.1' },
    // It does not know `useProcessExit`, by which the sample application ends with code 0.
    checks: ['--noCheck'],
  },
];

const tarball = packLibrary();

describe('the packed library', () => {
  it('has few files', () => {
    const files = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).stdout.trim().split('\n');
    expect(files).toContain('package/dist/esm/index.js');
    expect(files).toContain('package/dist/cli/THIRD-PARTY-LICENSES.txt');
    expect(files.length).toBeLessThanOrEqual(150);
  });
});

describe.each(HOSTS)('the packed library installed beside Nest $nest', ({ versions, checks }) => {
  let app: InstalledApp;
  beforeAll(() => {
    app = new InstalledApp(tarball, versions, checks);
  });
  afterAll(() => app.remove());

  describe.each(['express', 'fastify'] as const)('on %s', (adapter) => {
    let kennel: Kennel;
    beforeAll(async () => {
      kennel = await startKennel({ adapter, main: app.main });
    });
    afterAll(() => kennel.stop());

    const scrape = async (): Promise<Exposition> =>
      readExposition((await send(kennel.port, { path: '/metrics' })).bytes, 'text');

    it('counts what was sent', async () => {
      const before = await scrape();
      const report = await driveLoad(kennel.port, kennelLoad(3));
      expect(report.failures).toEqual([]);
      await waitUntil('only the scrape itself is in flight', async () => {
        return (await scrape()).sum('nestjs_http_requests_in_flight') === 1;
      });
      const after = await scrape();
      const grown = (name: string, labels: Readonly<Record<string, string>>) =>
        after.sum(name, labels) - before.sum(name, labels);
      for (const { method, route, status, count } of report.tallies) {
        const labels = { method: method === 'PROPFIND' ? '_OTHER' : method, route };
        const counted =
          status === 'aborted'
            ? grown('nestjs_http_requests_aborted_total', labels)
            : grown('nestjs_http_requests_total', { ...labels, status: String(status) });
        expect({ method, route, status, counted }).toEqual({ method, route, status, counted: count });
      }
      expect(after.sum('nestjs_metrics_errors_total')).toBe(0);
    });

    it('says which Nest it runs on', async () => {
      const installed: unknown = JSON.parse(
        app.run('node', '-p', 'JSON.stringify(require("@nestjs/core/package.json").version)'),
      );
      expect((await scrape()).sum('nestjs_metrics_info', { nest: String(installed) })).toBe(1);
    });
  });

  it('loads a handful of files, and without a monitor neither its page nor its Redis store', () => {
    app.write(
      'files.cjs',
      `require('reflect-metadata');
       const { Module } = require('@nestjs/common');
       const { NestFactory } = require('@nestjs/core');
       const { PrometheusModule } = require('./node_modules/nestjs-prometheus-exporter/dist/cjs/index.js');
       class AppModule {}
       Module({ imports: [PrometheusModule.forRoot()] })(AppModule);
       (async () => {
         const app = await NestFactory.create(AppModule, { logger: false });
         await app.init();
         await app.close();
         const own = Object.keys(require.cache).filter((file) => file.includes('nestjs-prometheus-exporter/dist/'));
         console.log(JSON.stringify(own.map((file) => file.split('/').at(-1))));
       })();`,
    );
    const loaded = JSON.parse(app.run('node', 'files.cjs')) as readonly string[];
    expect(loaded).toContain('index.js');
    expect(loaded.length).toBeLessThanOrEqual(6);
    expect(loaded).not.toContain('page.js');
    expect(loaded).not.toContain('open-redis-store.js');
  });

  it.each(['import', 'require'])('names the method and its source in a stack trace, after %s', (way) => {
    app.write(
      'stack.cjs',
      `const load = ${way === 'import' ? '(name) => import(name)' : 'async (name) => require(name)'};
       load('nestjs-prometheus-exporter').then(({ MetricStore, defineCounter }) => {
         const store = new MetricStore();
         const define = () => defineCounter({ name: 'twice_total', help: 'Twice.', labels: {} });
         store.counter(define());
         try { store.counter(define()); } catch (error) { console.log(error.stack); }
       });`,
    );
    const stack = app.run('node', '--enable-source-maps', 'stack.cjs');
    expect(stack).toMatch(/MetricStore\.(?:counter|metric)/);
    expect(stack).toMatch(/lib\/metrics\/store\.ts:\d+/);
  });

  it('brings a command that npx finds', () => {
    expect(app.run('npx', '--no-install', 'nestjs-prometheus-exporter', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(app.run('npx', '--no-install', 'nestjs-prometheus-exporter', 'rules')).toContain('\ngroups:\n');
    const dashboard = app.run('npx', '--no-install', 'nestjs-prometheus-exporter', 'dashboards', 'nestjs-http');
    expect(JSON.parse(dashboard)).toMatchObject({ uid: 'nestjs-http' });
  });

  it('works from its CommonJS files alone, which is what Jest loads', () => {
    app.write(
      'commonjs.cjs',
      `require('reflect-metadata');
       const { Module } = require('@nestjs/common');
       const { NestFactory } = require('@nestjs/core');
       const { PrometheusModule } = require('./node_modules/nestjs-prometheus-exporter/dist/cjs/index.js');
       class AppModule {}
       Module({ imports: [PrometheusModule.forRoot()] })(AppModule);
       (async () => {
         const app = await NestFactory.create(AppModule, { logger: false });
         await app.listen(0, '127.0.0.1');
         const response = await fetch((await app.getUrl()) + '/metrics');
         console.log(/received_total.*"1.1"} 1/.test(await response.text()));
         await app.close();
       })();`,
    );
    expect(app.run('node', 'commonjs.cjs').trim()).toBe('true');
  });

  it('is one copy, whether it is imported or required', () => {
    app.write(
      'both.cjs',
      `const required = require('nestjs-prometheus-exporter');
       import('nestjs-prometheus-exporter').then((imported) => {
         console.log(required.PrometheusModule === imported.PrometheusModule);
       });`,
    );
    expect(app.run('node', 'both.cjs').trim()).toBe('true');
  });

  /** Each way of loading has to find the endpoint of an application that was loaded the same way. */
  const readsItself = `
    class AppModule {}
    Module({ imports: [PrometheusModule.forRoot()] })(AppModule);
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    await baseline(app);
    await expectMetric(app, 'nestjs_metrics_info').toHaveIncreasedBy(0);
    console.log((await lintMetrics(app)).length, typeof metricMatchers.toHaveIncreasedMetric);
    await app.close();`;
  const kit = '{ baseline, expectMetric, lintMetrics, metricMatchers }';

  it('brings its test kit for those who import', () => {
    app.write(
      'testing.mjs',
      `import 'reflect-metadata';
       import { Module } from '@nestjs/common';
       import { NestFactory } from '@nestjs/core';
       import { PrometheusModule } from 'nestjs-prometheus-exporter';
       import ${kit} from 'nestjs-prometheus-exporter/testing';
       ${readsItself}`,
    );
    expect(app.run('node', 'testing.mjs').trim()).toBe('0 function');
  });

  it.each([
    ['as Node finds it', 'nestjs-prometheus-exporter', 'nestjs-prometheus-exporter/testing'],
    [
      'as Jest finds it',
      './node_modules/nestjs-prometheus-exporter/dist/cjs/index.js',
      './node_modules/nestjs-prometheus-exporter/dist/cjs/testing.js',
    ],
  ])('brings its test kit for those who require, %s', (_, library, testing) => {
    app.write(
      'testing.cjs',
      `require('reflect-metadata');
       const { Module } = require('@nestjs/common');
       const { NestFactory } = require('@nestjs/core');
       const { PrometheusModule } = require('${library}');
       const ${kit} = require('${testing}');
       (async () => {${readsItself}})();`,
    );
    expect(app.run('node', 'testing.cjs').trim()).toBe('0 function');
  });
});

function nest(core: string, fastify: string): Record<string, string> {
  return {
    '@nestjs/common': core,
    '@nestjs/core': core,
    '@nestjs/platform-express': core,
    '@nestjs/platform-fastify': fastify,
  };
}
