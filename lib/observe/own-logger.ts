import { Logger } from '@nestjs/common';
import { errorText, logText } from './log-text.js';

/**
 * Nest's logger for what we say: an entry is one line, whoever chose parts of it, and the stack of an error follows.
 * A logger of the application that throws costs the entry and nothing else.
 */
export class OwnLogger {
  private readonly logger: Logger;

  constructor(context: string) {
    this.logger = new Logger(context);
  }

  log(message: string): void {
    this.write('log', logText(message));
  }

  warn(message: string): void {
    this.write('warn', logText(message));
  }

  error(message: string): void {
    this.write('error', logText(message));
  }

  /** @param message what we say ourselves, before the error and in a line after it */
  fault(message: string, error: unknown, after = ''): void {
    this.write('warn', `${logText(message)} ${errorText(error)}${after && `\n${after}`}`);
  }

  private write(level: 'log' | 'warn' | 'error', entry: string): void {
    try {
      this.logger[level](entry);
    } catch {
      // There is no other place to log to.
    }
  }
}
