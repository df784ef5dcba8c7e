// A job that pushes its metrics, in a process that ends as the test says. It runs the built library.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { defineCounter, MetricStore, PrometheusModule } from 'nestjs-prometheus-exporter';

const { options, exitCode, waitsForSignal = false, saysWhen = false } = JSON.parse(process.env.PUSH_PROCESS);

// The decorator says what is in it.
// oxlint-disable-next-line typescript/no-extraneous-class
class JobModule {}
Module({ imports: [PrometheusModule.forRoot(options)] })(JobModule);
const app = await NestFactory.createApplicationContext(JobModule, { logger: ['error', 'warn'], abortOnError: false });

app
  .get(MetricStore)
  .counter(defineCounter({ name: 'rows_total', help: 'Rows.' }))
  .known({})
  .inc(42);
if (exitCode !== undefined) process.exitCode = exitCode;
if (waitsForSignal) {
  app.enableShutdownHooks();
  setInterval(() => undefined, 60_000);
  console.log('waits');
}
if (saysWhen) {
  const doneAt = performance.now();
  process.on('exit', () => console.log(`ended ${Math.round(performance.now() - doneAt)} ms after its work`));
}
