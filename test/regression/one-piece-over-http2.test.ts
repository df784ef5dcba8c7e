import { connect } from 'node:http2';
import { Controller, Get } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Controller('whole')
class WholeController {
  @Get()
  get() {
    return 'whole';
  }
}

async function read(port: number, path: string): Promise<string> {
  const session = connect(`http://127.0.0.1:${port}`);
  const body = (await session.request({ ':path': path }).toArray()).join('');
  session.close();
  return body;
}

const LABELS = { method: 'GET', route: '/whole' };

// Over HTTP/2 and in inject() a response's end() hands its chunk to write(), which made every answer a streamed one.
it('does not call an answer streamed that HTTP/2 sends in one piece', async () => {
  const app = await NestApp.start('fastify', {
    controllers: [WholeController],
    adapter: new FastifyAdapter({ http2: true } as object) as unknown as AbstractHttpAdapter,
    reads: (port) => read(port, '/metrics'),
  });
  const change = await app.changes(() => read(app.port, '/whole'));
  expect(change.sum('nestjs_http_requests_total', LABELS)).toBe(1);
  expect(change.value('nestjs_http_responses_streamed_total', LABELS)).toBe(0);
  await app.close();
});

it('does not call an answer to inject() streamed', async () => {
  const app = await NestApp.start('fastify', { controllers: [WholeController] });
  const fastify: { inject(path: string): Promise<unknown> } = app.app.getHttpAdapter().getInstance();
  const change = await app.changes(() => fastify.inject('/whole'));
  expect(change.sum('nestjs_http_requests_total', LABELS)).toBe(1);
  expect(change.value('nestjs_http_responses_streamed_total', LABELS)).toBe(0);
  await app.close();
});
