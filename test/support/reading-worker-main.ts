import { parentPort } from 'node:worker_threads';
import { type ForeignFamily } from '../../lib/expose/foreign-family.js';
import { render } from '../../lib/expose/formats/render.js';
import { negotiateFormat } from '../../lib/expose/negotiate.js';
import { type JournalEntry } from '../../lib/metrics/journal.js';
import { JournalReader } from './journal-reader.js';

/** What the worker is asked for: an exposition in the format of an `Accept` header. */
export interface Question {
  readonly kind: 'question';
  readonly accept: string;
  readonly foreign: readonly ForeignFamily[];
}

const reader = new JournalReader();

parentPort!.on('message', (message: JournalEntry | Question) => {
  if (message.kind === 'question') void answer(message);
  else reader.hear(message);
});

async function answer({ accept, foreign }: Question): Promise<void> {
  const pieces = await render(reader.read(foreign), negotiateFormat(accept), new AbortController().signal);
  // A worker has no origin; the rule takes it for a window.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort!.postMessage(Buffer.concat(pieces));
}
