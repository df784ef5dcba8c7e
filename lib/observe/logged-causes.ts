import { framesOf } from './log-text.js';

/** Code has few places where it fails. Further ones share one budget. */
const MOST_PLACES = 50;
/** A place may put text of a client into its messages, each of which would be a cause of its own. */
const MOST_MESSAGES = 10;
const MOST_CHARACTERS = 200;
/** So many frames identify a place, because the innermost one may be `JSON.parse` or a driver. */
const FRAMES_OF_PLACE = 3;
/** After that a place that has used up its budget is logged again. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Whether a fault is logged; the last one says that further ones are not. */
export type Logged = 'yes' | 'last' | 'no';

/** The causes in one part that were logged: each once, and a few of each place, whatever a client makes it say. */
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

/** The class of an error and where it was made, if its stack says so: what a client sends changes neither. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return [error.constructor.name, ...framesOf(error, FRAMES_OF_PLACE)].join(' ');
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return message.slice(0, MOST_CHARACTERS);
}
