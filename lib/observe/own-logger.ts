import { Logger } from '@nestjs/common';
import { errorText, logText } from './log-text.js';

/** Nest's logger for what we say: an entry is one line, whoever chose parts of it, and the stack of an error follows. */
export class OwnLogger {
  private readonly logger: Logger;

  constructor(context: string) {
    this.logger = new Logger(context);
  }

  log(message: string): void {
    this.logger.log(logText(message));
  }

  warn(message: string): void {
    this.logger.warn(logText(message));
  }

  error(message: string): void {
    this.logger.error(logText(message));
  }

  /** @param message what we say ourselves, before and after the error */
  fault(message: string, error: unknown, after = ''): void {
    this.logger.warn(`${logText(message)} ${errorText(error)}${after && `\n${after}`}`);
  }
}
