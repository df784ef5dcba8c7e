import cluster from 'node:cluster';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const WORKERS = 4;

// Nothing here is about metrics: the workers find each other in their directory.
if (cluster.isPrimary) {
  startWorkers();
} else {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(process.env['PORT'] ?? 3000);
}

function startWorkers(): void {
  let isStopping = false;
  for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
  cluster.on('exit', () => {
    if (!isStopping) cluster.fork();
  });
  process.once('SIGTERM', () => {
    isStopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  });
}
