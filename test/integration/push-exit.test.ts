import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type PushOptions } from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.js';
import { FullPort } from '../support/faults/full-port.js';
import { onProcessEnd } from '../support/on-process-end.js';
import { type Answer, OK, PushReceiver } from '../support/push-receiver.js';
import { waitUntil } from '../support/wait-until.js';

const PROGRAM = fileURLToPath(new URL('../support/push-process.mjs', import.meta.url));

interface JobPlan {
  readonly push: PushOptions;
  readonly server?: { readonly port: number };
  readonly exitCode?: number;
  readonly waitsForSignal?: boolean;
  readonly saysWhen?: boolean;
}

/** A job in a process of its own. */
class JobProcess {
  output = '';
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly child;

  constructor({ push, server, ...plan }: JobPlan) {
    const options = server === undefined ? { push } : { push, server };
    const env = { ...process.env, NODE_OPTIONS: '', PUSH_PROCESS: JSON.stringify({ options, ...plan }) };
    this.child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'], env });
    const forget = onProcessEnd(() => this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      forget();
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

const unavailable: Answer = (response) => response.writeHead(503).end();
const hang: Answer = () => undefined;

const rowsIn = (receiver: PushReceiver) =>
  receiver.requests.map(({ body }) => readExposition(body, 'text').value('rows_total'));

describe('a process that ends by itself, with an application that nobody closes', () => {
  it('pushes once and keeps its exit code, although an interval is set', async () => {
    await using receiver = await PushReceiver.start();
    const job = new JobProcess({ push: { url: receiver.url, job: 'import', intervalSeconds: 3600 }, exitCode: 3 });
    expect(await job.ended).toBe(3);
    expect(rowsIn(receiver)).toEqual([42]);
    expect(job.output).toBe('');
  });

  it('is tried again', async () => {
    await using receiver = await PushReceiver.start(unavailable, OK);
    const job = new JobProcess({ push: { url: receiver.url, job: 'import' } });
    expect(await job.ended).toBe(0);
    expect(rowsIn(receiver)).toEqual([42, 42]);
  });

  it.each<[string, Answer, RegExp]>([
    ['hangs', hang, /did not answer in time/],
    ['breaks', (response) => response.destroy(), /could not be reached: socket hang up/],
  ])('ends in its time and with its exit code when the receiver %s', async (_, answer, reason) => {
    await using receiver = await PushReceiver.start(answer);
    const job = new JobProcess({ push: { url: receiver.url, job: 'import', timeoutSeconds: 1 } });
    await waitUntil('it pushes', () => receiver.requests.length > 0);
    const startedAt = performance.now();
    expect(await job.ended).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(job.output).toMatch(reason);
  });

  it('ends in its time when no connection comes about', async () => {
    await using hidden = await FullPort.start();
    const url = `http://127.0.0.1:${hidden.port}`;
    const job = new JobProcess({ push: { url, job: 'import', timeoutSeconds: 1 }, saysWhen: true });
    expect(await job.ended).toBe(0);
    expect(job.output).toMatch(/did not answer in time/);
    // With `fetch`, it would be ten seconds.
    expect(Number(/ended (\d+) ms/.exec(job.output)?.[1])).toBeLessThan(5000);
  });

  it('pushes nothing with onExit: false', async () => {
    await using receiver = await PushReceiver.start();
    const job = new JobProcess({ push: { url: receiver.url, job: 'import', onExit: false } });
    expect(await job.ended).toBe(0);
    expect(receiver.requests).toEqual([]);
  });
});

describe('a process that gets a signal', () => {
  it('pushes while Nest closes the application', async () => {
    await using receiver = await PushReceiver.start();
    const job = new JobProcess({ push: { url: receiver.url, job: 'web' }, waitsForSignal: true, server: { port: 0 } });
    await waitUntil('it waits', () => job.output.includes('waits'));
    job.kill('SIGTERM');
    expect(await job.ended).toBe('SIGTERM');
    expect(rowsIn(receiver)).toEqual([42]);
  });
});
