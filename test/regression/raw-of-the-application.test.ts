import { Controller, Get, Post } from '@nestjs/common';
import { MonitorModule } from 'nestjs-prometheus-exporter';
import { type NextFunction, type Request, type Response } from 'express';
import { describe, expect, it } from 'vitest';
import { answered, NestApp } from '../support/nest-app.js';

@Controller('dogs')
class DogsController {
  @Get()
  all() {
    return [];
  }

  @Post()
  fails() {
    throw new TypeError('no dogs');
  }
}

const RAW: readonly (readonly [string, unknown])[] = [
  ['the bytes of the body', Buffer.from('{}')],
  ['a text', '{}'],
  ['a number', 1],
  ['null', null],
  ['nothing', undefined],
  ['an object', { body: '{}' }],
  ['a response', { on: () => undefined, headers: {} }],
];

function assigned(raw: unknown) {
  return (request: Request, _: Response, next: NextFunction) => {
    Object.assign(request, { raw });
    next();
  };
}

function unreadable(request: Request, _: Response, next: NextFunction): void {
  Object.defineProperty(request, 'raw', {
    get: () => {
      throw new Error('not to be read');
    },
  });
  next();
}

// `raw` was taken for what Fastify wraps: /metrics answered 405, the monitor 500, and every route was _unmatched.
describe('an application on Express that keeps something of its own in request.raw', () => {
  it.each([...RAW.map(([name, raw]) => [name, assigned(raw)] as const), ['what cannot be read', unreadable] as const])(
    '%s',
    async (_, middleware) => {
      const app = await NestApp.start('express', {
        controllers: [DogsController],
        imports: [MonitorModule.forRoot({ guards: [{ canActivate: () => true }] })],
        prepare: (nest) => {
          nest.use(middleware);
        },
      });
      const change = await app.changes(async () => {
        await app.send('/dogs');
        await app.send({ path: '/dogs', method: 'POST' });
        expect((await app.send('/monitor')).status).toBe(200);
        expect((await app.send('/monitor/data.json')).body).toContain('"routes"');
      });
      expect(answered(change)).toEqual([
        'GET /dogs 200',
        'GET /monitor 200',
        'GET /monitor/data.json 200',
        'POST /dogs 500',
      ]);
      const thrown = change.changes.filter(({ name }) => name === 'nestjs_http_exceptions_total');
      expect(thrown.map(({ labels }) => labels['error_type'])).toEqual(['TypeError']);
      await app.close();
    },
  );

  it('reads the metrics past its guards', async () => {
    const app = await NestApp.start('express', {
      controllers: [DogsController],
      metrics: { bypassGuards: true },
      prepare: (nest) => {
        nest.use(assigned(Buffer.from('{}')));
      },
    });
    expect((await app.settled()).sum('nestjs_http_requests_in_flight', { method: 'GET' })).toBe(1);
    await app.close();
  });
});
