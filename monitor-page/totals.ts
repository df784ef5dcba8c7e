import { type MonitorState, type Total } from '../lib/monitor/state.js';
import { element, setText } from './dom.js';
import { formatDuration, formatTotal } from './format.js';
import { type View } from './view.js';

const average = ({ count, seconds }: Total): string => formatDuration(count > 0 ? seconds / count : null);

function createTotal(label: string, of: 'requests' | 'statements'): View<Total> {
  const [number, mean] = [element('span', { class: 'number' }), element('b')];
  const root = element(
    'div',
    { class: 'tile' },
    element('dt', { class: `of-${of}`, text: label }),
    element('dd', { class: 'now' }, number),
    element('dd', { class: 'before' }, element('span', { text: 'on average ' }), mean),
  );
  return {
    root,
    show(total) {
      setText(number, formatTotal(total.count));
      setText(mean, average(total));
    },
  };
}

export function createTotals(): View<MonitorState> {
  const [requests, statements] = [createTotal('Requests', 'requests'), createTotal('SQL statements', 'statements')];
  const totalsOnly = element('p', { class: 'none', text: 'This monitor keeps totals only.' });
  const root = element(
    'section',
    { class: 'card totals', 'aria-labelledby': 'totals' },
    element('h2', { id: 'totals', text: 'Since the counting began' }),
    element('dl', { class: 'tiles' }, requests.root, statements.root),
    totalsOnly,
  );
  return {
    root,
    show({ totals, history }) {
      requests.show(totals.requests);
      statements.show(totals.statements);
      totalsOnly.hidden = history !== null;
    },
  };
}
