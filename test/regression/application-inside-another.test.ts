import { Controller, Get, Post } from '@nestjs/common';
import { expect, it } from 'vitest';
import { answered, NestApp } from '../support/nest-app.js';

@Controller('outer')
class OuterController {
  @Post()
  post() {
    return 'outer';
  }

  @Post('other')
  other() {
    return 'outer';
  }
}

@Controller('inner')
class InnerController {
  @Get()
  get() {
    return 'inner';
  }
}

// Both number their routes from 0: the route of the inner one was looked up among the series of the outer one.
it('counts a request to an application inside another under where that is mounted, and under no route of the outer one', async () => {
  const inner = await NestApp.start('express', { controllers: [InnerController] });
  const outer = await NestApp.start('express', {
    controllers: [OuterController],
    prepare: (nest) => {
      nest.use('/mounted', inner.app.getHttpAdapter().getInstance());
    },
  });
  const change = await outer.changes(() => outer.send('/mounted/inner'));
  expect(answered(change)).toEqual(['GET /mounted/inner 200']);
  await outer.close();
  await inner.close();
});
