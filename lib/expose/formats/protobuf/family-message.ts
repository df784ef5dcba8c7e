import { type FamilyHead } from '../format.js';
import { type Page } from '../page.js';
import { FAMILY, METRIC, TYPE } from './fields.js';
import { lengthPrefix, Message } from './message.js';
import { writeLabels } from './parts.js';

/** All families share it: no turn of the event loop comes between its beginning and its end. */
const message = new Message();

/**
 * One `MetricFamily` on a page, behind its length. The length is put in at the end, because the event loop turns while a
 * large family is written.
 */
export class FamilyMessage {
  private readonly start: ReturnType<Page['mark']>;

  constructor(
    private readonly page: Page,
    { name, help, type, unit }: FamilyHead,
  ) {
    this.start = page.mark();
    message.begin(page);
    message.text(FAMILY.name, name);
    message.text(FAMILY.help, help.toWellFormed());
    message.unsigned(FAMILY.type, TYPE[type]);
    if (unit !== undefined) message.text(FAMILY.unit, unit);
    message.end();
  }

  /** One metric; none if `writeValue` says that there is no value. */
  metric(labels: string, writeValue: (metric: Message) => boolean): void {
    message.begin(this.page);
    const metric = message.open(FAMILY.metric);
    writeLabels(message, METRIC.label, labels);
    if (!writeValue(message)) return;
    message.close(metric);
    message.end();
  }

  end(): void {
    this.page.insert(this.start, lengthPrefix(this.page.bytesSince(this.start)));
  }
}
