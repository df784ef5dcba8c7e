import { type IncomingMessage, type ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import { expect, it } from 'vitest';
import { delta } from '../support/exposition.js';
import { answered, inFlight, NestApp } from '../support/nest-app.js';
import { waitUntil } from '../support/wait-until.js';

type Request = IncomingMessage & { baseUrl: unknown };
type Next = () => void;

/** As an application does that has another use for `baseUrl`, which Express sets on every request. */
const overwrite = (request: Request, _: ServerResponse, next: Next) => {
  request.baseUrl = null;
  next();
};
const answer = (_: IncomingMessage, response: ServerResponse) => void response.end('answered');

it('a request that cannot be named ends all the same, and is counted', async () => {
  const app = await NestApp.start('express', {
    prepare: (nest) => {
      const root = nest.getHttpAdapter().getInstance() as Express;
      root.get('/route', overwrite as never, answer);
      const router = express.Router();
      router.use(overwrite as never);
      // Matches no part of the URL, so Express does not set `baseUrl` anew.
      router.use(/^/, answer);
      root.use('/router', router);
    },
  });
  const before = await app.scrape();
  const bodies = [];
  for (const path of ['/route', '/router']) bodies.push((await app.send(path)).body);
  expect(bodies).toEqual(['answered', 'answered']);
  const after = await waitUntil('only the scrape is in flight', async () => {
    const metrics = await app.scrapeUnchecked();
    if (inFlight(metrics) !== 1) throw new Error(`${inFlight(metrics)} requests are in flight`);
    return metrics;
  });
  expect(answered(delta(before, after))).toEqual(['GET /router 200', 'GET _unmatched 200']);
  expect(after.sum('nestjs_metrics_errors_total', { part: 'http' })).toBe(2);
  await app.close();
});
