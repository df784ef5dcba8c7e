import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listen } from '../../support/listen.js';
import { FireDriver } from '../../support/processes/fire-driver.js';
import { waitUntil } from '../../support/wait-until.js';

let server: Server;
let answer: RequestListener;
let port: number;
beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  port = await listen(server);
});
afterEach(() => void server.close());

it('counts the requests that are answered, and knows who answers', async () => {
  answer = (_request, response) => void response.end('7');
  const driver = new FireDriver(port, 3);
  await waitUntil('some are answered', () => driver.answered > 5);
  expect(driver.running).toEqual([7]);
  await driver.stop();
  expect(driver).toMatchObject({ started: driver.answered, broken: 0, inFlight: 0, unexplained: [] });
});

it('takes a connection that breaks without a kill for a fault', async () => {
  answer = (request) => void request.socket.destroy();
  const driver = new FireDriver(port, 1);
  await waitUntil('one is broken', () => driver.unexplained.length > 0);
  await driver.stop();
  expect(driver).toMatchObject({ answered: 0, broken: 0 });
});

it('explains it with a kill, and allows for what was in flight then', async () => {
  const arrived: (() => void)[] = [];
  answer = ({ socket }) => void arrived.push(() => socket.destroy());
  const driver = new FireDriver(port, 2);
  await waitUntil('both are in flight', () => arrived.length === 2);
  const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const ended = once(victim, 'exit');
  driver.kill(victim.pid!);
  expect(await ended).toEqual([null, 'SIGKILL']);
  answer = (_request, response) => void response.end('7');
  for (const destroy of arrived) destroy();
  await waitUntil('some are answered', () => driver.answered > 0);
  await driver.stop();
  expect(driver).toMatchObject({ broken: 2, allowance: 2, unexplained: [] });
  expect(driver.started).toBe(driver.answered + 2);
});
