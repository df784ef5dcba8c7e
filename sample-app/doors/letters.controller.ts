import { InjectQueue } from '@nestjs/bullmq';
import { Controller, DefaultValuePipe, Post, Query } from '@nestjs/common';
import { type Queue } from 'bullmq';
import { type Letter, LETTERS } from './letters.processor.js';

/** Puts jobs into the queue. */
@Controller('letters')
export class LettersController {
  constructor(@InjectQueue(LETTERS) private readonly letters: Queue<Letter>) {}

  @Post()
  async write(@Query('to', new DefaultValuePipe('Rex')) to: string): Promise<{ readonly job: string | undefined }> {
    const { id } = await this.letters.add('letter', { to }, { attempts: 2, removeOnComplete: 100, removeOnFail: 100 });
    return { job: id };
  }
}
