import { isMainThread } from 'node:worker_threads';
import { watchForNest } from './register/watch-for-nest.js';

// `node --import nestjs-prometheus-exporter/register`. Worker threads get the same flags: they are left alone, because
// the application is in the main thread, and a second port would be in the way of the first.
if (isMainThread) watchForNest();
