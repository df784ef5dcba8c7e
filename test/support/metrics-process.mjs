// An application with an endpoint of its own, in a process that tests may block, kill and let fail. It runs the built
// library, and does what it is told by messages of its parent.
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  boundedBy,
  defineCounter,
  defineGauge,
  defineHistogram,
  MetricsServer,
  MetricStore,
  PrometheusModule,
} from 'nestjs-prometheus-exporter';

const { options, series = 0, inApp = false, closesOnSignals = false } = JSON.parse(process.env.METRICS_PROCESS);

const BARKS = defineCounter({ name: 'barks_total', help: 'Barks.', labels: { dog: boundedBy('the test') } });
const WALKS = defineHistogram({
  name: 'walk_duration_seconds',
  help: 'Walks.',
  unit: 'seconds',
  labels: { dog: boundedBy('the test') },
  buckets: [1, 2, 3, 4, 5, 6, 7, 8],
});

const AGE = defineGauge({ name: 'age', help: 'Ages.', labels: { dog: boundedBy('the test') } });

// The decorator says what is in it.
// oxlint-disable-next-line typescript/no-extraneous-class
class AppModule {}
Module({ imports: [PrometheusModule.forRoot(options)] })(AppModule);
const app = await NestFactory.create(AppModule, {
  logger: ['error', 'log'],
  abortOnError: false,
  forceCloseConnections: true,
});
if (closesOnSignals) app.enableShutdownHooks();
await (inApp ? app.listen(0, '127.0.0.1') : app.init());

const store = app.get(MetricStore);
for (let dog = 0; dog < series; dog += 1) store.counter(BARKS).known({ dog: `dog number ${dog}` });
const barks = store.counter(BARKS).known({ dog: 'Rex' });
const walks = store.histogram(WALKS).known({ dog: 'Rex' });

let counted = 0;

/** Counts without a turn of the event loop, until there is this file. */
function block({ file }) {
  while (!existsSync(file)) {
    for (let i = 0; i < 10_000; i += 1) {
      barks.inc();
      walks.observe(i % 10);
    }
    counted += 10_000;
  }
  return counted;
}

/**
 * Counts, makes series and removes them, all the time, until there is this file. With `turns`, the event loop turns now
 * and then. Each dog is as old as it is called.
 */
async function hammer({ file, turns }) {
  const ages = store.gauge(AGE);
  for (let dog = 1; ; dog += 1) {
    ages.labels({ dog: String(dog) }).set(dog);
    if (dog > 50) ages.remove({ dog: String(dog - 50) });
    barks.inc();
    walks.observe(dog % 10);
    if (dog % 100 !== 0) continue;
    if (existsSync(file)) return dog;
    if (turns) await new Promise((resolve) => void setImmediate(resolve));
  }
}

const DOES = {
  block,
  hammer,
  close: () => app.close(),
  throw: () =>
    setImmediate(() => {
      throw new Error('thrown by the test');
    }),
  exit: ({ code }) => process.exit(code),
};

process.on('message', async (message) => {
  const done = await DOES[message.does](message);
  process.send?.({ done });
});
process.send?.({
  port: app.get(MetricsServer).port,
  appPort: inApp ? app.getHttpServer().address().port : undefined,
});
