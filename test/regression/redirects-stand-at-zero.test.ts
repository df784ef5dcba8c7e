import { Controller, Get, Redirect } from '@nestjs/common';
import { expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Controller()
class MovedController {
  @Get('moved')
  @Redirect('/elsewhere', 301)
  moved(): void {}

  @Get('found')
  @Redirect('/elsewhere')
  found(): void {}
}

it('a handler that redirects stands at zero under the status that it sends', async () => {
  const app = await NestApp.start('express', { controllers: [MovedController] });
  const metrics = await app.scrape();
  const statuses = (route: string) =>
    metrics.series('nestjs_http_requests_total', { route }).map(({ labels }) => labels['status'] ?? '');
  expect(statuses('/moved').toSorted()).toEqual(['301', '500']);
  expect(statuses('/found').toSorted()).toEqual(['302', '500']);
  await app.close();
});
