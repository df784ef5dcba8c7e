import { NestFactory } from '@nestjs/core';
import { JobModule, WashJob } from './job.module.js';

const app = await NestFactory.createApplicationContext(JobModule);
try {
  app.get(WashJob).run(process.argv.slice(2));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
// Pushes the metrics, whether the job has succeeded or failed. Nothing that goes wrong there changes the exit code.
await app.close();
