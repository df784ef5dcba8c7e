import cluster from 'node:cluster';
import { once } from 'node:events';
import { LifeSocket } from '../../lib/host/life-socket.js';

/** Opens a life socket in this process, or in a worker of it with `cluster`, and does what it is told. */
const [path = '', mode] = process.argv.slice(2);

if (mode === 'cluster' && cluster.isPrimary) {
  const worker = cluster.fork();
  await once(worker, 'message');
  process.once('message', () => {
    worker.once('exit', () => process.send?.('killed')).process.kill('SIGKILL');
  });
  process.send?.('opened');
} else {
  await LifeSocket.open(path);
  process.once('message', () => {
    process.send?.('hanging', () => {
      for (;;);
    });
  });
  process.send?.('opened');
}
