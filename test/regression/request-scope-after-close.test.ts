import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller, Get } from '@nestjs/common';
import { expect, it, vi } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello';
  }
}

it('a closed application leaves no storage behind that slows every await', async () => {
  const disable = vi.spyOn(AsyncLocalStorage.prototype, 'disable');
  const app = await NestApp.start('express', {
    controllers: [HelloController],
    metrics: { http: { queriesPerRequest: true } },
  });
  await app.send('/');
  expect(disable).not.toHaveBeenCalled();
  await app.close();
  expect(disable).toHaveBeenCalledTimes(1);
  disable.mockRestore();
});
