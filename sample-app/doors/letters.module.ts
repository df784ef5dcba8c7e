import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { SettingsError } from '../settings-error.js';
import { kindOf, protocolOf } from '../url-kind.js';
import { LettersController } from './letters.controller.js';
import { LETTERS, LettersProcessor } from './letters.processor.js';

/** A queue in a Redis. */
@Module({})
export class LettersModule {
  /** @errors throws a `SettingsError` if it is not the URL of a Redis */
  static on(url: string): DynamicModule {
    if (!['redis:', 'rediss:'].includes(protocolOf(url))) {
      throw new SettingsError(`Expected \`QUEUE_URL\` to be redis://user:password@host:port, got ${kindOf(url)}.`);
    }
    return {
      module: LettersModule,
      imports: [BullModule.forRoot({ connection: { url } }), BullModule.registerQueue({ name: LETTERS })],
      controllers: [LettersController],
      providers: [LettersProcessor],
    };
  }
}
