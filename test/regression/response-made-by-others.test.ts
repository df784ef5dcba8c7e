import { type IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Res } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { expect, it } from 'vitest';
import { madeUpResponse } from '../support/made-up-response.js';
import { answered, NestApp } from '../support/nest-app.js';

@Controller()
class ResponsesController {
  @Get('plain')
  plain() {
    return 'plain';
  }

  @Get('replaced')
  replaced(@Res() response: ServerResponse) {
    (response as { req: unknown }).req = {};
    response.write('a');
    response.end('b');
  }
}

// The exchange was looked for on the request of the response: without it write() threw into the application.
it('answers when somebody gives a response another request', async () => {
  const app = await NestApp.start('express', { controllers: [ResponsesController] });
  const change = await app.changes(async () => {
    expect(await app.send('/replaced')).toMatchObject({ status: 200, body: 'ab' });
  });
  expect(answered(change)).toEqual(['GET /replaced 200']);
  await app.close();
});

function announcedEnd(this: ServerResponse, ...args: Parameters<ServerResponse['end']>): ServerResponse {
  this.setHeader('x-end', 'of the application');
  return ServerResponse.prototype.end.apply(this, args);
}

// Express gives a response its class after we have seen it; its methods were passed over.
it("calls the application's own end() of Express' responses", async () => {
  const adapter = new ExpressAdapter();
  const { response } = adapter.getInstance() as { response: ServerResponse };
  response.end = announcedEnd as ServerResponse['end'];
  const app = await NestApp.start('express', { controllers: [ResponsesController], adapter });
  const change = await app.changes(async () => {
    const { headers } = await app.send('/plain');
    expect(headers['x-end']).toBe('of the application');
  });
  expect(answered(change)).toEqual(['GET /plain 200']);
  await app.close();
});

// Made up by a serverless adapter, a response is finished and never closed: its request stayed in flight for ever.
it('counts a response that is never closed', async () => {
  const app = await NestApp.start('express', { controllers: [ResponsesController] });
  const handle = app.app.getHttpAdapter().getInstance() as (request: unknown, response: ServerResponse) => void;
  const change = await app.changes(() => {
    const request = {
      method: 'GET',
      url: '/plain',
      headers: {},
      httpVersionMajor: 1,
      httpVersionMinor: 1,
      on: () => undefined,
      resume: () => undefined,
      socket: {},
    };
    const response = madeUpResponse(request as unknown as IncomingMessage);
    const finished = new Promise((resolve) => response.once('finish', resolve));
    handle(request, response);
    return finished;
  });
  expect(answered(change)).toEqual(['GET /plain 200']);
  await app.close();
});
