// One of many processes of an application that are killed at random. It runs the built library.
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PrometheusModule } from 'nestjs-prometheus-exporter';

const LONGEST_MS = 40;

const { PORT, METRICS_PORT, METRICS_DIRECTORY } = process.env;

class WorkController {
  /** Requests of different duration, so that a kill breaks some of them. */
  async work() {
    await pause(Math.random() * LONGEST_MS);
    return String(process.pid);
  }
}
Get('work')(WorkController.prototype, 'work', Object.getOwnPropertyDescriptor(WorkController.prototype, 'work'));
Controller()(WorkController);

const metrics = PrometheusModule.forRoot({
  processes: { directory: METRICS_DIRECTORY },
  server: { port: Number(METRICS_PORT) },
});

// The decorator says what is in it.
// oxlint-disable-next-line typescript/no-extraneous-class
class AppModule {}
Module({ imports: [metrics], controllers: [WorkController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(Number(PORT), '127.0.0.1');
