import { Catch, Controller, type ExceptionFilter, Get, UseFilters } from '@nestjs/common';
import { expect, it } from 'vitest';
import { NestApp, PLATFORMS } from '../support/nest-app.js';

@Catch()
class RethrowingFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

const unreadable = Object.defineProperty(new Error('unreadable'), 'constructor', {
  get: () => {
    throw new Error('not for you');
  },
});

@Controller()
class ThrowingController {
  @Get('rethrown')
  @UseFilters(RethrowingFilter)
  rethrown() {
    throw new Error('once');
  }

  @Get('unreadable')
  unreadable() {
    throw unreadable;
  }
}

// What a filter throws reaches Nest's last filter, where it was counted again.
it.each(PLATFORMS)('counts an exception once that a filter throws again, on %s', async (platform) => {
  const app = await NestApp.start(platform, { controllers: [ThrowingController] });
  const change = await app.changes(() => app.send('/rethrown'));
  expect(change.sum('nestjs_http_exceptions_total')).toBe(1);
  await app.close();
});

// Its class could not be asked for, which was a fault of ours and no exception.
it.each(PLATFORMS)('counts an error whose class cannot be read as _OTHER, on %s', async (platform) => {
  const app = await NestApp.start(platform, { controllers: [ThrowingController] });
  const change = await app.changes(() => app.send('/unreadable'));
  const labels = { controller: 'ThrowingController', handler: 'unreadable', error_type: '_OTHER' };
  expect(change.value('nestjs_http_exceptions_total', labels)).toBe(1);
  await app.close();
});
