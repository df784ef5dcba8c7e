import { type ConnectionStatus } from './connection.js';
import { element, setAttribute, setText } from './dom.js';
import { type View } from './view.js';

export interface Connected {
  readonly status: ConnectionStatus;
  /** The time of day of the last update, or nothing before the first. */
  readonly updatedAt: string | undefined;
}

const WORDS: Readonly<Record<ConnectionStatus, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Polling every 5 s',
  unreachable: 'Not connected',
  refused: 'Not connected',
};

const last = (updatedAt: string | undefined): string => (updatedAt === undefined ? '' : `, last update ${updatedAt}`);

/** What is wrong with the connection as a sentence, or nothing. */
export function complaint({ status, updatedAt }: Connected): string | undefined {
  if (status === 'unreachable') return `Not connected${last(updatedAt)}. Trying again every few seconds.`;
  if (status === 'refused')
    return `Access to the figures was refused${last(updatedAt)}. Load the page again to log in.`;
  return undefined;
}

/** Filled while live, a ring while polling, crossed out without a connection: see the style of `.signal`. */
export function createConnectionLine(): View<Connected> {
  const signal = element('span', { class: 'signal', 'aria-hidden': 'true' });
  const word = element('span');
  const time = element('span', { class: 'updated' });
  const root = element('p', { class: 'connection' }, signal, word, time);
  return {
    root,
    show({ status, updatedAt }) {
      setAttribute(root, 'data-connection', status);
      setText(word, WORDS[status]);
      setText(time, updatedAt ?? '');
    },
  };
}
