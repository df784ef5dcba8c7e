import { Logger } from '@nestjs/common';
import { errorText, logText } from './log-text.js';

/**
 * Nest's logger for our messages. Each entry is one line, even if parts of it come from others, followed by the stack
 * of an error. If the application's logger throws, only the entry is lost.
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

  /**
   * @param message our own text before the error
   * @param after our own text on a line after it
   */
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
