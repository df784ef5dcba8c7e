import { Injectable } from '@nestjs/common';
import { Cron, Interval } from '@nestjs/schedule';

const WEIGHING_MS = 15_000;

/** Work that begins by itself. */
@Injectable()
export class Feeding {
  private bowls = 0;

  @Cron('*/10 * * * * *', { name: 'feeding' })
  feed(): void {
    this.bowls += 1;
  }

  /** Every third time it fails, so that there is something to see. */
  @Interval('weighing', WEIGHING_MS)
  weigh(): void {
    if (this.bowls % 3 === 2) {
      throw new Error('The dog does not sit still.');
    }
  }
}
