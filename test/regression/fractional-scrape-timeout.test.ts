import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { MetricsEndpoint } from '../../lib/expose/endpoint.js';
import { RenderedSource } from '../../lib/expose/rendered-source.js';
import { MetricStore } from '../../lib/metrics/store.js';
import { send } from '../support/http-client.js';
import { listen } from '../support/listen.js';
import { scraperOf } from '../support/scraper.js';

let server: Server;

afterEach(() => server.close());

// 16.1 seconds are 16100.000000000002 milliseconds, which AbortSignal.timeout() does not take: every scrape was a 500.
it('a scrape is answered whatever part of a second scrapeTimeoutSeconds has', async () => {
  let endpoint: MetricsEndpoint;
  server = createServer((request, response) => void endpoint.answer(request, response));
  const port = await listen(server);
  const seconds = fc.double({ min: 10, max: 3600, noNaN: true });
  await fc.assert(
    fc.asyncProperty(seconds, async (scrapeTimeoutSeconds) => {
      const failures: unknown[] = [];
      endpoint = new MetricsEndpoint(
        new RenderedSource(scraperOf(new MetricStore(), [], {}, scrapeTimeoutSeconds)),
        { concurrentScrapes: 1, scrapeTimeoutSeconds },
        { rejected: () => undefined, failed: (error) => failures.push(error) },
      );
      expect([(await send(port)).status, failures]).toEqual([200, []]);
    }),
    { numRuns: 20, examples: [[16.1], [2.01]] },
  );
});
