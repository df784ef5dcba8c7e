import { BadRequestException, Controller, DefaultValuePipe, Get, ParseIntPipe, Query } from '@nestjs/common';

const BYTES_PER_MB = 1_000_000;
const LARGEST_LEAK_MB = 100;

/** A memory leak, on request. Only a restart frees the memory. */
@Controller()
export class MemoryController {
  private readonly leaked: Buffer[] = [];

  @Get('leak')
  leak(@Query('mb', new DefaultValuePipe(10), ParseIntPipe) mb: number): string {
    if (mb < 0 || mb > LARGEST_LEAK_MB) {
      throw new BadRequestException(`Expected \`mb\` to be from 0 to ${LARGEST_LEAK_MB}, got ${mb}.`);
    }
    // Filled with something other than zeros, so that the system really assigns the memory.
    this.leaked.push(Buffer.alloc(mb * BYTES_PER_MB, 1));
    return `${this.leaked.reduce((sum, { length }) => sum + length, 0) / BYTES_PER_MB} MB are never freed.\n`;
  }
}
