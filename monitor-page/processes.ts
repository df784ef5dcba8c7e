import { type MonitorState, type ProcessState } from '../lib/monitor/state.js';
import { formatSpan, momentSeenFrom, toSeconds } from './clock.js';
import { element, setAttribute, setText } from './dom.js';
import { counted } from './format.js';
import { keyedRows, type Row } from './keyed-rows.js';
import { type View } from './view.js';

interface ProcessSeen {
  readonly process: ProcessState;
  readonly now: number;
}

/** A process reports every few seconds; only what is older is worth a number that changes. */
const JUST_NOW_SECONDS = 10;
const MOST_WITHOUT_A_CLICK = 8;

function lastSeen(seconds: number): string {
  return seconds < JUST_NOW_SECONDS ? 'just now' : `${formatSpan(seconds)} ago`;
}

function createRow(): Row<ProcessSeen> {
  const [host, pid] = [element('th', { scope: 'row' }), element('td')];
  const [upSince, upFor, seen] = [element('time'), element('small'), element('td')];
  const root = element('tr', {}, host, pid, element('td', {}, upSince, upFor), seen);
  return {
    root,
    show({ process, now }) {
      setText(host, process.host);
      setAttribute(root, 'title', process.id);
      setText(pid, String(process.pid));
      setAttribute(upSince, 'datetime', process.startedAt);
      setText(upSince, momentSeenFrom(now, toSeconds(process.startedAt)));
      setText(upFor, formatSpan(now - toSeconds(process.startedAt)));
      setText(seen, lastSeen(now - toSeconds(process.lastSeenAt)));
    },
  };
}

const heading = (text: string): HTMLElement => element('th', { scope: 'col', text });

export function createProcesses(): View<MonitorState> {
  const title = element('h2', { id: 'processes' });
  const body = element('tbody');
  const showRows = keyedRows<ProcessSeen>(body, { key: ({ process }) => process.id, row: createRow });
  const headings = ['Host', 'PID', 'Up since', 'Last seen'].map(heading);
  const table = element(
    'table',
    { class: 'processes', 'aria-labelledby': 'processes' },
    element('thead', {}, element('tr', {}, ...headings)),
    body,
  );
  const root = element('details', { class: 'card' }, element('summary', {}, title), table);
  let isFirst = true;
  return {
    root,
    show({ processes, time }) {
      // Only at first: later on it is as whoever looks at it wants it.
      if (isFirst) root.open = processes.length <= MOST_WITHOUT_A_CLICK;
      isFirst = false;
      setText(title, `${counted(processes.length, 'process', 'processes')} reporting`);
      showRows(processes.map((process) => ({ process, now: toSeconds(time) })));
    },
  };
}
