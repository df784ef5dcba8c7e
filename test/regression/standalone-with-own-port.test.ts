import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Boots an application without a server of its own, and leaves it. */
const PROGRAM = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MetricsServer, PrometheusModule } from 'nestjs-prometheus-exporter';
class App {}
Module({ imports: [PrometheusModule.forRoot({ path: false, server: { port: 0 } })] })(App);
const app = await NestFactory.createApplicationContext(App, { logger: false });
const { status } = await fetch(app.get(MetricsServer).url, { headers: { connection: 'close' } });
console.log(status);
`;

it('a process that has nothing left to do ends, although its own port is open', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe('200');
}, 30_000);
