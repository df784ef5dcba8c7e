import { type AddressInfo } from 'node:net';
import { type INestApplication } from '@nestjs/common';
import { type Adapter } from '../variants/hello-app.js';
import { createVariant, type VariantName } from '../variants/variants.js';
import { answer } from '../child.js';

/** Runs one variant of the application and measures the CPU time of its process. */
const [name, adapter] = process.argv.slice(2) as [VariantName, Adapter];
const app: INestApplication = await createVariant(name, adapter);
await app.listen(0, '127.0.0.1');

let before: NodeJS.CpuUsage = process.cpuUsage();

const commands = {
  port: () => (app.getHttpServer().address() as AddressInfo).port,
  /**
   * No `gc()` here: a forced collection discards compiled code, and the next thousands of requests would cost three
   * times as much.
   */
  start: () => {
    before = process.cpuUsage();
  },
  /** Microseconds of CPU since `start`: all threads, kernel time included. */
  stop: () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  },
};
export type AppServer = typeof commands;

answer(commands);
