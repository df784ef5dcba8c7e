import { type RouteFigures } from '../lib/monitor/state.js';
import { element, setAttribute, setText } from './dom.js';
import { formatCount, formatDuration, inOne, perRequest } from './format.js';
import { type Row } from './keyed-rows.js';

export interface RankedRoute extends RouteFigures {
  /** Of the first in the table, between 0 and 1. */
  readonly proportion: number;
}

export const routeKey = ({ method, route }: RouteFigures): string => `${method} ${route}`;

const cell = (): HTMLElement => element('td', { role: 'cell' });

export function createRouteRow(): Row<RankedRoute> {
  const method = element('span', { class: 'method' });
  const route = element('span', { class: 'route' });
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
  const [count, average, errors, statements] = [cell(), cell(), cell(), cell()];
  const heading = element(
    'th',
    { scope: 'row', role: 'rowheader' },
    element('span', { class: 'name' }, method, route),
    bar,
  );
  const root = element('tr', { role: 'row' }, heading, count, average, errors, statements);
  return {
    root,
    show(figures) {
      setText(method, figures.method);
      setText(route, figures.route);
      setAttribute(heading, 'title', routeKey(figures));
      bar.style.inlineSize = `${(figures.proportion * 100).toFixed(1)}%`;
      setText(count, formatCount(figures.count));
      setText(average, formatDuration(figures.averageSeconds));
      setText(errors, formatCount(figures.errors));
      setAttribute(errors, 'class', figures.errors > 0 ? 'bad' : '');
      setText(statements, inOne(perRequest(figures.statementsPerRequest)));
    },
  };
}
