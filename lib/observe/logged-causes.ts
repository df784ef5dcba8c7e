import { framesOf } from './log-text.js';

/** Code fails in few places. Further places share one budget. */
const MOST_PLACES = 50;
/** A message can contain text from a client, and then each message would be a separate cause. */
const MOST_MESSAGES = 10;
const MOST_CHARACTERS = 200;
/** The number of stack frames that identify a place; the innermost can be `JSON.parse` or a driver. */
const FRAMES_OF_PLACE = 3;
/** After this time, a place that has used up its budget is logged again. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Whether an error is logged. With `last`, the log says that further errors are not. */
export type Logged = 'yes' | 'last' | 'no';

/**
 * The causes in one part that were logged: each once, and a limited number per place, even if messages contain text
 * from clients.
 */
export class LoggedCauses {
  private readonly places = new Map<string, LoggedMessages>();

  constructor(private readonly now: () => number) {}

  admit(error: unknown): Logged {
    return this.at(placeOf(error)).admit(messageOf(error), this.now());
  }

  private at(place: string): LoggedMessages {
    const key = this.places.has(place) || this.places.size < MOST_PLACES ? place : 'elsewhere';
    let messages = this.places.get(key);
    if (messages === undefined) this.places.set(key, (messages = new LoggedMessages()));
    return messages;
  }
}

class LoggedMessages {
  private readonly seen = new Set<string>();
  private fullAt = 0;

  admit(message: string, now: number): Logged {
    if (this.seen.size === MOST_MESSAGES) {
      if (now - this.fullAt < FORGOTTEN_AFTER_MS) return 'no';
      this.seen.clear();
    }
    if (this.seen.has(message)) return 'no';
    this.seen.add(message);
    if (this.seen.size < MOST_MESSAGES) return 'yes';
    this.fullAt = now;
    return 'last';
  }
}

/**
 * The class of an error and the place where it was created, if the stack shows it. Input from a client changes neither.
 */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return [error.constructor.name, ...framesOf(error, FRAMES_OF_PLACE)].join(' ');
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return message.slice(0, MOST_CHARACTERS);
}
