import { setTimeout } from 'node:timers/promises';
import { BadRequestException, Controller, DefaultValuePipe, Get, ParseIntPipe, Query, UseGuards } from '@nestjs/common';
import { NobodyGuard } from './nobody.guard.js';

const LONGEST_WAIT_MS = 30_000;

/** Slow and failing requests, to see them in the metrics. */
@Controller()
export class SituationsController {
  @Get('slow')
  async slow(@Query('ms', new DefaultValuePipe(500), ParseIntPipe) ms: number): Promise<string> {
    if (ms < 0 || ms > LONGEST_WAIT_MS) {
      throw new BadRequestException(`Expected \`ms\` to be from 0 to ${LONGEST_WAIT_MS}, got ${ms}.`);
    }
    await setTimeout(ms);
    return `Waited ${ms} ms.\n`;
  }

  @Get('error')
  error(): never {
    throw new Error('A dog ate the homework.');
  }

  @Get('secret')
  @UseGuards(NobodyGuard)
  secret(): string {
    return 'Nobody reads this.\n';
  }
}
