import { type MonitorState } from '../lib/monitor/state.js';
import { momentSeenFrom, secondOfDay, toSeconds } from './clock.js';
import { type ConnectionStatus } from './connection.js';
import { complaint, createConnectionLine } from './connection-line.js';
import { element, setText } from './dom.js';
import { counted } from './format.js';
import { createHealth, VERDICTS } from './health.js';

function whoseNumbers({ scope, processes }: MonitorState): string {
  if (scope === 'process') return 'Numbers of this process only';
  if (processes.length === 0) return 'Numbers of all processes';
  if (processes.length === 1) return 'Numbers of the one process';
  return `Numbers of all ${counted(processes.length, 'process', 'processes')}`;
}

const NAMES: Readonly<Record<MonitorState['store']['kind'], string>> = {
  memory: 'The memory',
  directory: 'The directory of the monitor',
  redis: 'Redis',
};

function whoseMissing(scope: MonitorState['scope']): string {
  return scope === 'process' ? 'these are the numbers of this process alone' : 'other processes miss those of this one';
}

function storeNotice({ store, time, scope }: MonitorState): string | undefined {
  if (store.reachable) return undefined;
  const since =
    store.unreachableSince === null
      ? ''
      : ` since ${momentSeenFrom(toSeconds(time), toSeconds(store.unreachableSince))}`;
  return `${NAMES[store.kind]} has not been reachable${since}: ${whoseMissing(scope)}.`;
}

function createNotice(): { readonly root: HTMLElement; show(sentence: string | undefined): void } {
  const root = element('p', { class: 'notice', hidden: '' });
  return {
    root,
    show(sentence) {
      root.hidden = sentence === undefined;
      setText(root, sentence ?? '');
    },
  };
}

export interface Header {
  readonly root: HTMLElement;
  show(state: MonitorState | undefined, status: ConnectionStatus): void;
}

export function createHeader(): Header {
  const connection = createConnectionLine();
  const health = createHealth();
  const whose = element('p', { class: 'whose' });
  const [lost, store] = [createNotice(), createNotice()];
  // Only the status is read aloud when it changes: the figures change every other second.
  const spoken = element('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  const title = element(
    'h1',
    {},
    element('span', { text: 'Monitor' }),
    element('span', { class: 'host', text: location.host }),
  );
  health.root.append(whose);
  health.root.hidden = true;
  const root = element(
    'header',
    {},
    element('div', { class: 'masthead' }, title, connection.root),
    spoken,
    lost.root,
    store.root,
    health.root,
  );
  return {
    root,
    show(state, status) {
      const connected = { status, updatedAt: state && secondOfDay(toSeconds(state.time)) };
      connection.show(connected);
      lost.show(complaint(connected));
      if (state === undefined) return setText(spoken, complaint(connected) ?? '');
      setText(spoken, complaint(connected) ?? `The service is ${VERDICTS[state.health.status].word.toLowerCase()}.`);
      store.show(storeNotice(state));
      health.show(state.health);
      health.root.hidden = false;
      setText(whose, whoseNumbers(state));
    },
  };
}
