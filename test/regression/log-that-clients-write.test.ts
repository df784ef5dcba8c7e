import { once } from 'node:events';
import { createServer } from 'node:net';
import { type LoggerService } from '@nestjs/common';
import { MonitorModule } from 'nestjs-prometheus-exporter';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../support/listen.js';
import { NestApp, PLATFORMS } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

const FORGERY = 'x\n[Nest] 1  - LOG [AuthService] all is well\r\u001b[2J\u009b31m\u2028\u2029\u202e';
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202e]/u;

/** A logger that remembers. */
function listening(entries: string[]): LoggerService {
  const note = (message: unknown) => void entries.push(String(message));
  return { log: note, warn: note, error: note };
}

describe.each(PLATFORMS)('the log on %s', (platform) => {
  let app: NestApp;
  let entries: string[];
  afterEach(() => app.close());

  /** An application whose label and whose listener fail with what a client sent. */
  async function start(): Promise<void> {
    entries = [];
    app = await NestApp.start(platform, {
      metrics: {
        http: {
          labels: {
            tenant: {
              values: ['acme'],
              from: ({ headers }) => {
                const error = new Error(`No tenant ${decodeURIComponent(String(headers['x-tenant']))}`);
                // As libraries do that say more about an error on its way up.
                const { stack } = error;
                if (headers['x-changed'] !== undefined) {
                  Object.assign(error, { message: `Lookup failed: ${error.message}!`, stack });
                }
                throw error;
              },
            },
          },
        },
        listeners: [
          {
            requestAnswered: ({ request }) => {
              if (request.url === '/late') throw new Error('The listener has a fault of its own.');
            },
          },
        ],
      },
      prepare: (nest) => nest.useLogger(listening(entries)),
    });
  }

  const faults = () => entries.filter((entry) => entry.startsWith('Error in '));
  const about = (part: string) => faults().filter((entry) => entry.startsWith(`Error in ${part}`));

  it('is not silenced by a client that makes an error of its own each time', async () => {
    await start();
    for (let i = 0; i < 150; i += 1) await app.send({ path: '/', headers: { 'x-tenant': `t${i}` } });
    await app.send('/late');
    await waitUntil('the listener is in the log', () => about('listener').length === 1);
    expect(about('listener')[0]).toContain('The listener has a fault of its own.');
    expect(about('labels')).toHaveLength(10);
    expect(faults().filter((entry) => entry.includes('not logged for an hour'))).toHaveLength(1);
  });

  it('is not silenced by frames that a client sends', async () => {
    await start();
    for (let i = 0; i < 150; i += 1) {
      const tenant = encodeURIComponent(`t\n    at client${i} (/app/kennel.js:${i}:1)`);
      await app.send({ path: '/', headers: { 'x-tenant': tenant, 'x-changed': '1' } });
    }
    expect(about('labels')).toHaveLength(10);
  });

  it('has a line of its own for nothing that a client sent', async () => {
    await start();
    await app.send({ path: '/', headers: { 'x-tenant': encodeURIComponent(FORGERY) } });
    await waitUntil('it is in the log', () => about('labels').length > 0);
    const [head = '', ...frames] = about('labels')[0]?.split('\n') ?? [];
    expect(head).toBe(
      String.raw`Error in labels, kept from the application: Error: No tenant x\n[Nest] 1  - LOG [AuthService] all is well\r\x1b[2J\x9b31m\u2028\u2029\u202e`,
    );
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame).toMatch(/^ {4}at /);
    expect(frames.join('')).not.toMatch(UNPRINTABLE);
  });
});

it('the log has a line of its own for nothing that a Redis answers', async () => {
  const entries: string[] = [];
  const redis = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (commands: string) => {
      for (const _ of commands.matchAll(/^\*\d+\r$/gm)) socket.write(`-ERR ${FORGERY.replaceAll(/[\r\n]/g, '')}\r\n`);
    });
  });
  const port = await listen(redis);
  const app = await NestApp.start('express', {
    imports: [MonitorModule.forRoot({ store: { redis: `redis://127.0.0.1:${port}` } })],
    prepare: (nest) => nest.useLogger(listening(entries)),
  });
  const ofRedis = () => entries.filter((entry) => entry.includes('all is well'));
  await app.send('/');
  await waitUntil('it is in the log', () => ofRedis().length > 0, { timeoutMs: 20_000 });
  expect(ofRedis().join('')).toContain(String.raw`\x1b[2J`);
  expect(ofRedis().join('')).not.toMatch(UNPRINTABLE);
  await app.close();
  const closed = once(redis, 'close');
  redis.close();
  await closed;
});
