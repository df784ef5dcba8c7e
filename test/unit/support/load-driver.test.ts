import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listen } from '../../support/listen.js';
import { driveLoad, type LoadRequest } from '../../support/load-driver.js';

let server: Server;
let port: number;
let underWay = 0;
let mostUnderWay = 0;
let connections = 0;

beforeEach(async () => {
  underWay = mostUnderWay = connections = 0;
  const together: ServerResponse[] = [];
  server = createServer((request, response) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    response.once('close', () => (underWay -= 1));
    if (request.url === '/broken') request.socket.destroy();
    else if (request.url === '/three-together') {
      if (together.push(response) === 3) for (const waiting of together.splice(0)) waiting.end();
    } else if (request.url === '/slow') response.write('and it never ends');
    else setImmediate(() => response.writeHead(request.url === '/missing' ? 404 : 200).end('woof'));
  }).on('connection', () => (connections += 1));
  port = await listen(server);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const times = (count: number, request: LoadRequest) => Array.from({ length: count }, () => request);

it('counts what it received by method, route and status, and what it aborted', async () => {
  const report = await driveLoad(
    port,
    [
      ...times(50, { method: 'GET', path: '/dogs/1', route: '/dogs/:id' }),
      ...times(30, { method: 'POST', path: '/dogs', route: '/dogs', body: '{}' }),
      ...times(7, { method: 'GET', path: '/slow', route: '/slow', abort: 'first body byte' }),
      ...times(20, { method: 'GET', path: '/missing', route: '_unmatched' }),
    ],
    { concurrency: 4 },
  );
  expect(report.failures).toEqual([]);
  expect(report.tallies).toEqual([
    { method: 'GET', route: '/dogs/:id', status: 200, count: 50 },
    { method: 'POST', route: '/dogs', status: 200, count: 30 },
    { method: 'GET', route: '/slow', status: 'aborted', count: 7 },
    { method: 'GET', route: '_unmatched', status: 404, count: 20 },
  ]);
  expect(report.answered()).toBe(100);
  expect(report.answered({ status: 200 })).toBe(80);
  expect(report.answered({ method: 'GET' })).toBe(70);
  expect(report.aborted()).toBe(7);
  expect(report.aborted({ route: '/dogs' })).toBe(0);
});

it('keeps to its concurrency and keeps its connections', async () => {
  await driveLoad(port, times(60, { method: 'GET', path: '/three-together', route: '/' }), { concurrency: 3 });
  expect(mostUnderWay).toBe(3);
  expect(connections).toBe(3);
});

it('tells requests whose fate is unknown apart', async () => {
  const report = await driveLoad(port, [{ method: 'GET', path: '/broken', route: '/broken' }]);
  expect(report.failures).toMatchObject([{ message: 'socket hang up' }]);
  expect(report.answered()).toBe(0);
});
