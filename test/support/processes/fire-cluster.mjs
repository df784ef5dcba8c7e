// Keeps four workers running until it is told to end.
import cluster from 'node:cluster';

if (cluster.isPrimary) {
  let isStopping = false;
  for (let worker = 0; worker < 4; worker += 1) cluster.fork();
  cluster.on('exit', () => {
    if (!isStopping) cluster.fork();
  });
  process.once('SIGTERM', () => {
    isStopping = true;
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
  });
} else {
  await import('./fire-worker.mjs');
}
