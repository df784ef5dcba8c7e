import { type MonitorState, type Window } from '../lib/monitor/state.js';
import { type ConnectionStatus } from './connection.js';
import { element, setAttribute, setText } from './dom.js';
import { createHeader } from './header.js';
import { createHistorySection } from './history-section.js';
import { createProcesses } from './processes.js';
import { createTiles } from './tiles.js';
import { createTotals } from './totals.js';
import { DATA_URL, NAGIOS_URL } from './urls.js';
import { hasHistory } from './view.js';

export interface Page {
  readonly root: DocumentFragment;
  /** Without a state as long as none has arrived. */
  show(state: MonitorState | undefined, status: ConnectionStatus): void;
}

function createFooter(): HTMLElement {
  const link = (href: string, text: string): HTMLElement => element('a', { href, text });
  return element(
    'footer',
    {},
    element('span', { text: 'The same figures for machines:' }),
    link(DATA_URL, 'data.json'),
    link(NAGIOS_URL, 'nagios.xml'),
  );
}

export function createPage(onWindow: (window: Window) => void): Page {
  const header = createHeader();
  const waiting = element('p', { class: 'waiting', text: 'Waiting for the first numbers…' });
  const [tiles, history] = [createTiles(), createHistorySection(onWindow)];
  const [processes, totals] = [createProcesses(), createTotals()];
  const always = element('div', { class: 'grid' }, processes.root, totals.root);
  const main = element('main', {}, waiting, tiles.root, history.root, always);
  const root = document.createDocumentFragment();
  root.append(header.root, main, createFooter());

  function showState(state: MonitorState): void {
    // Shown before they are filled, so that the charts have a width to be drawn in.
    for (const part of [tiles.root, history.root]) part.hidden = !hasHistory(state);
    if (hasHistory(state)) {
      tiles.show(state);
      history.show(state);
    }
    processes.show(state);
    totals.show(state);
  }

  return {
    root,
    show(state, status) {
      header.show(state, status);
      setAttribute(document.documentElement, 'data-connection', status);
      waiting.hidden = state !== undefined;
      for (const part of [tiles.root, history.root, always]) part.hidden = state === undefined;
      if (state !== undefined) showState(state);
      setText(waiting, status === 'connecting' ? 'Waiting for the first numbers…' : 'No numbers have arrived yet.');
    },
  };
}
