import { Controller, Get } from '@nestjs/common';
import { expect, it } from 'vitest';
import { Connection } from '../support/connection.js';
import { inFlight, NestApp, PLATFORMS } from '../support/nest-app.js';
import { requestText } from '../support/raw-socket.js';
import { waitUntil } from '../support/wait-until.js';

@Controller()
class PipelinedController {
  @Get('never')
  never() {
    return new Promise(() => undefined);
  }

  @Get('ok')
  ok() {
    return 'ok';
  }
}

// An ignored request was not among those that a connection had open, so the one behind it was not watched over.
it.each(PLATFORMS)('does not leave a request in flight that waited behind an ignored one, on %s', async (platform) => {
  const app = await NestApp.start(platform, {
    controllers: [PipelinedController],
    metrics: { http: { ignore: ['/never'] } },
  });
  const connection = await Connection.open(app.port);
  await connection.write(requestText({ path: '/never' }) + requestText({ path: '/ok' }));
  await waitUntil('the second request is in flight', async () => inFlight(await app.scrape()) === 2);
  await connection.leave('close');
  const metrics = await app.settled();
  expect(metrics.sum('nestjs_http_requests_aborted_total')).toBe(1);
  await app.close();
});
