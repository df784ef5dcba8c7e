import { type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type ArgumentMetadata,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Module,
  type NestInterceptor,
  Param,
  type PipeTransform,
  Post,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { describe, expect, it } from 'vitest';
import { answered, NestApp, PLATFORMS } from '../support/nest-app.js';

@Controller()
class OneController {
  @Get('one/:id')
  one() {
    return 'one';
  }

  @Get('fails')
  fails() {
    throw new Error('fails');
  }
}

@Controller()
class OtherController {
  @Post('other')
  other() {
    return 'other';
  }

  @Get('fails')
  fails() {
    throw new TypeError('fails');
  }

  @Get('other/:id')
  get() {
    return 'other';
  }
}

describe.each(PLATFORMS)('applications on %s', (platform) => {
  it('count apart, two in one process', async () => {
    const one = await NestApp.start(platform, { controllers: [OneController] });
    const other = await NestApp.start(platform, { controllers: [OtherController] });
    const [ofOne, ofOther] = [await one.settled(), await other.settled()];
    await Promise.all([one.send('/one/1'), one.send('/fails'), other.send({ method: 'POST', path: '/other' })]);
    await other.send('/fails');
    const [afterOne, afterOther] = [await one.settled(), await other.settled()];
    expect(afterOne.sum('nestjs_http_requests_total', { route: '/one/:id' })).toBe(1);
    expect(afterOne.sum('nestjs_http_exceptions_total')).toBe(1);
    expect(afterOne.series('nestjs_http_requests_total', { route: '/other' })).toEqual([]);
    expect(afterOther.sum('nestjs_http_requests_total', { route: '/other' })).toBe(1);
    expect(afterOther.sum('nestjs_http_exceptions_total', { error_type: 'TypeError' })).toBe(1);
    expect(afterOther.sum('nestjs_http_exceptions_total')).toBe(1);
    expect(afterOne.seriesCount).toBe(ofOne.seriesCount);
    expect(afterOther.seriesCount - ofOther.seriesCount).toBe(1);
    await one.close();
    // The one that is left goes on counting.
    await other.send('/fails');
    expect((await other.settled()).sum('nestjs_http_exceptions_total')).toBe(2);
    await other.close();
  });

  it('can be made, closed and made again', async () => {
    for (let round = 1; round <= 20; round += 1) {
      const app = await NestApp.start(platform, {
        controllers: [OneController],
        madeBy: round % 2 === 0 ? 'Test' : 'NestFactory',
      });
      const change = await app.changes(async () => {
        await app.send('/one/1');
        await app.send('/fails');
      });
      expect(answered(change)).toEqual(['GET /fails 500', 'GET /one/:id 200']);
      expect(change.sum('nestjs_http_exceptions_total')).toBe(1);
      await app.close();
    }
  });

  it('have one PrometheusModule', async () => {
    @Module({ imports: [PrometheusModule.forRoot({ path: '/other-metrics' })] })
    class SecondModule {}
    await expect(NestApp.start(platform, { controllers: [OneController], imports: [SecondModule] })).rejects.toThrow(
      'Expected one PrometheusModule in an application, got a second one',
    );
    const app = await NestApp.start(platform, { controllers: [OneController] });
    expect(answered(await app.changes(() => app.send('/one/1')))).toEqual(['GET /one/:id 200']);
    await app.close();
  });

  it('run their own enhancers in the order that they would run in without us', async () => {
    const orders: string[][] = [];
    for (const metrics of [false, {}, { http: { handlerDuration: true } }] as const) {
      const order: string[] = [];
      orders.push(order);
      const guard = (name: string): CanActivate => ({
        canActivate(context: ExecutionContext) {
          const roles: unknown = new Reflector().getAllAndOverride('roles', [context.getHandler(), context.getClass()]);
          order.push(
            `${name} ${context.getClass().name}.${context.getHandler().name} ${String(roles)} ${context.getType()}`,
          );
          return true;
        },
      });
      const interceptor = (name: string): NestInterceptor => ({
        intercept(_: unknown, next) {
          order.push(name);
          return next.handle();
        },
      });
      const pipe = (name: string): PipeTransform => ({
        transform(value: unknown, { type }: ArgumentMetadata) {
          order.push(`${name} ${type}`);
          return value;
        },
      });

      @Controller()
      @SetMetadata('roles', ['dog'])
      @UseGuards(guard('controller'))
      class OrderedController {
        @Get('ordered/:id')
        @UseGuards(guard('method'))
        ordered(@Param('id') id: string) {
          order.push('handler');
          return id;
        }
      }

      @Module({
        controllers: [OrderedController],
        providers: [
          { provide: APP_GUARD, useValue: guard('APP_GUARD') },
          { provide: APP_INTERCEPTOR, useValue: interceptor('APP_INTERCEPTOR') },
          { provide: APP_PIPE, useValue: pipe('APP_PIPE') },
        ],
      })
      class OrderedModule {}

      const app = await NestApp.start(platform, {
        imports: [OrderedModule],
        metrics,
        prepare: (nest) => {
          nest.use((_: IncomingMessage, __: ServerResponse, next: () => void) => {
            order.push('app.use');
            next();
          });
        },
        globals: { guards: [guard('global')], interceptors: [interceptor('global')], pipes: [pipe('global')] },
      });
      expect((await app.send('/ordered/1')).body).toBe('1');
      await app.close();
    }
    const [without, ...withUs] = orders;
    expect(without?.length).toBeGreaterThan(8);
    for (const order of withUs) expect(order).toEqual(without);
  });

  it('see a request that a global guard of theirs refuses under its route', async () => {
    const app = await NestApp.start(platform, {
      controllers: [OneController],
      globals: { guards: [{ canActivate: (context) => context.getHandler().name !== 'one' }] },
    });
    expect(answered(await app.changes(() => app.send('/one/1')))).toEqual(['GET /one/:id 403']);
    await app.close();
  });
});

describe('an application inside another, on express', () => {
  it('leaves the counting to the outer one, which counts it under where it is mounted', async () => {
    const inner = await NestApp.start('express', { controllers: [OtherController] });
    const outer = await NestApp.start('express', {
      controllers: [OneController],
      prepare: (nest) => {
        nest.use('/inner', inner.app.getHttpAdapter().getInstance());
      },
    });
    const change = await outer.changes(async () => {
      expect((await outer.send('/inner/other/1')).body).toBe('other');
      expect((await outer.send({ path: '/inner/other', method: 'POST' })).body).toBe('other');
      await outer.send('/inner/fails');
    });
    expect(answered(change)).toEqual(['GET /inner/fails 500', 'GET /inner/other/:id 200', 'POST /inner/other 201']);
    expect((await inner.settled()).sum('nestjs_http_requests_total', { route: '/other' })).toBe(0);
    await outer.close();
    await inner.close();
  });
});
