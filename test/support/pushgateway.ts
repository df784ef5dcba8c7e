import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onProcessEnd } from './on-process-end.js';
import { waitUntil } from './wait-until.js';

export interface Pushgateway {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** What it tells Prometheus. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the Pushgateway of this machine on a port that the system chooses. It keeps nothing on disk. */
export async function startPushgateway(...flags: readonly string[]): Promise<Pushgateway> {
  const child = spawn('prometheus-pushgateway', ['--web.listen-address=127.0.0.1:0', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const forget = onProcessEnd(() => child.kill('SIGKILL'));
  const address = await waitUntil('the Pushgateway listens', () => /"Listening on" address=(\S+)/.exec(log)?.[1]);
  const url = `http://${address}`;
  return {
    url,
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    stop: async () => {
      forget();
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
