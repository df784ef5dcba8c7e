import { type IncomingMessage } from 'node:http';
import { Controller, Post, Req } from '@nestjs/common';
import { expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Controller()
class RequestsController {
  @Post('derived')
  derived(@Req() request: IncomingMessage) {
    const made = Object.create(request) as IncomingMessage;
    return { pushed: typeof made.push(null) };
  }
}

// Pushing into an object that has the request as its prototype called our stand-in from itself without end.
it('lets somebody push into an object made of the request', async () => {
  const app = await NestApp.start('express', { controllers: [RequestsController] });
  const answer = await app.send({
    path: '/derived',
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'dog',
  });
  expect(answer.status).toBe(201);
  await app.close();
});
