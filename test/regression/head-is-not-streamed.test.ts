import { type ServerResponse } from 'node:http';
import { Controller, Get, Res } from '@nestjs/common';
import { expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Controller('pieces')
class PiecesController {
  @Get()
  get(@Res() response: ServerResponse) {
    response.write('a');
    response.end('b');
  }
}

it('does not call the answer to HEAD streamed, whose pieces are not sent', async () => {
  const app = await NestApp.start('express', { controllers: [PiecesController] });
  const change = await app.changes(() => app.send({ method: 'HEAD', path: '/pieces' }));
  expect(change.sum('nestjs_http_requests_total', { method: 'HEAD', route: '/pieces' })).toBe(1);
  expect(change.sum('nestjs_http_responses_streamed_total', { method: 'HEAD' })).toBe(0);
  await app.close();
});
