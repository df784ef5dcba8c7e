import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { baseline, delta, expectMetric, lintMetrics, snapshot } from 'nestjs-prometheus-exporter/testing';
import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { NestApp, PLATFORMS } from '../support/nest-app.js';

@Controller('dogs')
class DogsController {
  @Get()
  findAll(): string[] {
    return ['Rex'];
  }
}

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

function closedLater<T extends { close(): Promise<void> }>(app: T): T {
  closing.push(app);
  return app;
}

describe.each(PLATFORMS)('the test kit on an application on %s', (platform) => {
  it('counts its requests, and makes none itself', async () => {
    const { app } = closedLater(await NestApp.start(platform, { controllers: [DogsController] }));
    const before = await baseline(app);
    await expectMetric(app, 'nestjs_http_requests_received_total').toHaveIncreasedBy(0);
    await (await fetch(`${await app.getUrl()}/dogs`)).text();
    await expectMetric(app, 'nestjs_http_requests_total', { route: '/dogs', status: '200' })
      .eventually()
      .toHaveIncreasedBy(1);
    expect(delta(before, await snapshot(app)).resets).toEqual([]);
  });

  it('reads the same through its URL, where the scrape is a request', async () => {
    const { app } = closedLater(await NestApp.start(platform, { controllers: [DogsController] }));
    const url = `${await app.getUrl()}/metrics`;
    await baseline(url);
    await expectMetric(url, 'nestjs_http_requests_received_total').toHaveIncreasedBy(1);
    const [inside, outside] = [await snapshot(app), await snapshot(url)];
    expect([...outside.families.keys()]).toEqual([...inside.families.keys()]);
  });

  it('knows the metrics of prom-client', async () => {
    const registry = new Registry();
    const walks = new Counter({ name: 'walks_total', help: 'Walks.', labelNames: ['place'], registers: [registry] });
    const { app } = closedLater(await NestApp.start(platform, { metrics: { registry } }));
    await baseline(app);
    walks.inc({ place: 'park' }, 2);
    await expectMetric(app, 'walks_total', { place: 'park' }).toHaveIncreasedBy(2);
  });

  it('finds nothing to complain about in what we publish', async () => {
    const metrics = { runtimeMetrics: true, http: { handlerDuration: true, timeToFirstByte: true } };
    const { app } = closedLater(await NestApp.start(platform, { controllers: [DogsController], metrics }));
    expect(await lintMetrics(app)).toEqual([]);
  });
});

describe('the test kit', () => {
  @Module({ imports: [PrometheusModule.forRoot({ registry: false })] })
  class WithMetrics {}

  it('reads a testing module that never becomes an application', async () => {
    const module = closedLater(await Test.createTestingModule({ imports: [WithMetrics] }).compile());
    expect((await snapshot(module)).families.size).toBeGreaterThan(5);
  });

  it('reads an application context, which has no server', async () => {
    const app = closedLater(await NestFactory.createApplicationContext(WithMetrics, { logger: false }));
    await expectMetric(app, 'nestjs_metrics_info').toBe(1);
  });

  it('says what an application without metrics lacks, and leaves the process running', async () => {
    @Module({})
    class Empty {}
    // With `abortOnError`, as most applications have it: Nest ends the process when a provider is not found.
    const app = closedLater(await NestFactory.create(Empty, { logger: false }));
    await expect(snapshot(app)).rejects.toThrow(/got one without: import PrometheusModule\.forRoot\(\)/);
  });

  it('still reads an application that has closed', async () => {
    const app = await NestFactory.createApplicationContext(WithMetrics, { logger: false });
    await app.close();
    await expectMetric(app, 'nestjs_metrics_info').toExist();
  });
});
