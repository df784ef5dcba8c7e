import 'reflect-metadata';
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js';
import { Controller, Get } from '@nestjs/common';
import { expect, it } from 'vitest';
import { NestApp } from '../support/nest-app.js';

@Controller('failing')
class FailingController {
  @Get()
  fail() {
    throw new Error('failing');
  }
}

/** As a property, for it is only passed on. */
interface Handler {
  next: (this: Handler, ...args: unknown[]) => unknown;
}

const HANDLER = ExceptionsHandler.prototype as unknown as Handler;

// The close of our last application put Nest's method back, whoever had put his own around ours in the meantime.
it('leaves what others have put around the handling of exceptions', async () => {
  const { next: original } = HANDLER;
  const first = await NestApp.start('express', { controllers: [FailingController] });
  const { next: ours } = HANDLER;
  let seen = 0;
  const theirs: typeof ours = function next(...args) {
    seen += 1;
    return ours.apply(this, args);
  };
  HANDLER.next = theirs;
  try {
    await first.close();
    expect(HANDLER.next).toBe(theirs);
    const second = await NestApp.start('express', { controllers: [FailingController] });
    const change = await second.changes(() => second.send('/failing'));
    expect(change.sum('nestjs_http_exceptions_total')).toBe(1);
    expect(seen).toBe(1);
    HANDLER.next = ours;
    await second.close();
    expect(HANDLER.next).toBe(original);
  } finally {
    HANDLER.next = original;
  }
});

// Our second application put a second method of ours around theirs. The first one then only passed on, and nothing was
// counted any more once theirs was taken away.
it('goes on counting when a wrapper is taken away that was there while another application started', async () => {
  const { next: original } = HANDLER;
  const first = await NestApp.start('express', { controllers: [FailingController] });
  const { next: ours } = HANDLER;
  HANDLER.next = function next(...args) {
    return ours.apply(this, args);
  };
  try {
    const second = await NestApp.start('express', { controllers: [FailingController] });
    HANDLER.next = ours;
    for (const app of [first, second]) {
      const change = await app.changes(() => app.send('/failing'));
      expect(change.sum('nestjs_http_exceptions_total')).toBe(1);
      await app.close();
    }
    expect(HANDLER.next).toBe(original);
  } finally {
    HANDLER.next = original;
  }
});
