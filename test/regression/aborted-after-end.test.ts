import { once } from 'node:events';
import { connect } from 'node:http2';
import { Controller, Get } from '@nestjs/common';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from 'vitest';
import { abortAfter } from '../support/http-client.js';
import { aborted, answered, NestApp, PLATFORMS } from '../support/nest-app.js';

/** More than the buffers on the way take. */
@Controller('large')
class LargeController {
  @Get()
  get() {
    return 'a'.repeat(20_000_000);
  }
}

// The handler is done and the response ended, its bytes still on their way: Node then calls a response finished whose
// connection broke.
describe('an answer that is cut off after it was ended is aborted', () => {
  it.each(PLATFORMS)('over HTTP/1 on %s', async (platform) => {
    const app = await NestApp.start(platform, { controllers: [LargeController] });
    for (const how of ['close', 'reset'] as const) {
      const change = await app.changes(() => abortAfter(app.port, 'first body byte', { path: '/large' }, { how }));
      expect([answered(change), aborted(change)]).toEqual([[], ['GET /large']]);
    }
    await app.close();
  });

  it('over HTTP/2', async () => {
    const app = await NestApp.start('fastify', {
      controllers: [LargeController],
      adapter: new FastifyAdapter({ http2: true } as object) as unknown as AbstractHttpAdapter,
      reads: async (port) => {
        const session = connect(`http://127.0.0.1:${port}`);
        const body = (await session.request({ ':path': '/metrics' }).toArray()).join('');
        session.close();
        return body;
      },
    });
    const change = await app.changes(async () => {
      const session = connect(`http://127.0.0.1:${app.port}`).on('error', () => undefined);
      const stream = session.request({ ':path': '/large' }).on('error', () => undefined);
      await once(stream, 'response');
      session.destroy();
    });
    expect([answered(change), aborted(change)]).toEqual([[], ['GET /large']]);
    await app.close();
  });
});
