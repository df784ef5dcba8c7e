import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { PrometheusModule } from 'nestjs-prometheus-exporter';
import { expect, it } from 'vitest';
import { threads } from '../support/threads.js';
import { waitUntil } from '../support/wait-until.js';

const METRICS = PrometheusModule.forRoot({ server: { port: 0 } });

/** It starts with the module, so that the boot does not wait for it. */
const startsEarly = (before: number) => waitUntil('the thread starts', () => threads() > before);

it('the thread of an application that is compiled and closed ends with it', async () => {
  const before = threads();
  const app = await Test.createTestingModule({ imports: [METRICS] }).compile();
  await startsEarly(before);
  await app.close();
  expect(threads()).toBe(before);
});

it('the thread of an application whose providers could not be created ends by itself', async () => {
  const useFactory = () => {
    throw new Error('failed by the test');
  };
  @Module({ imports: [METRICS], providers: [{ provide: 'failing', useFactory }] })
  class RootModule {}
  const before = threads();
  await expect(NestFactory.create(RootModule, { logger: false, abortOnError: false })).rejects.toThrow('by the test');
  await startsEarly(before);
  await waitUntil('the thread ends', () => threads() === before, { timeoutMs: 25_000 });
});
