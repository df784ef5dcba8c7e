import { type Health, type HealthStatus } from '../lib/monitor/state.js';
import { element, setAttribute, setText, shape } from './dom.js';
import { keyedRows } from './keyed-rows.js';
import { type View } from './view.js';

interface Verdict {
  readonly word: string;
  /** Said when there are no reasons. */
  readonly sentence: string;
  /** A different outline for each: colour alone does not tell them apart for everybody. */
  readonly path: string;
}

export const VERDICTS: Readonly<Record<HealthStatus, Verdict>> = {
  well: {
    word: 'Well',
    sentence: 'Nothing stands out.',
    path: 'M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM7 11.6l5-5.6-1.4-1.2L6.9 8.9 5.2 7.3 3.9 8.7Z',
  },
  watch: {
    word: 'Watch',
    sentence: 'Something stands out.',
    path: 'M8 .8 16 15H0ZM7.1 5.6v4.6h1.8V5.6ZM7.1 11.4v1.8h1.8v-1.8Z',
  },
  unwell: {
    word: 'Unwell',
    sentence: 'Something is wrong.',
    path: 'M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7ZM5.4 4.2 4.2 5.4 6.8 8l-2.6 2.6 1.2 1.2L8 9.2l2.6 2.6 1.2-1.2L9.2 8l2.6-2.6-1.2-1.2L8 6.8Z',
  },
  idle: {
    word: 'Idle',
    sentence: 'Nothing was asked of the service for a minute.',
    path: 'M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM5 4.6v6.8h2V4.6ZM9 4.6v6.8h2V4.6Z',
  },
};

function reasonRow(): View<string> {
  const root = element('li');
  return { root, show: (reason) => setText(root, reason) };
}

/** The word as a pill, and beside it the sentences that say why. */
export function createHealth(): View<Health> {
  const icon = shape();
  const word = element('span');
  const pill = element('p', { class: 'pill' }, icon.root, word);
  const reasons = element('ul', { class: 'reasons' });
  const showReasons = keyedRows(reasons, { key: (reason: string) => reason, row: reasonRow });
  const root = element('div', { class: 'health' }, pill, reasons);
  return {
    root,
    show({ status, reasons: given }) {
      const verdict = VERDICTS[status];
      setAttribute(root, 'data-status', status);
      icon.draw(verdict.path);
      setText(word, verdict.word);
      showReasons(given.length > 0 ? given : [verdict.sentence]);
    },
  };
}
