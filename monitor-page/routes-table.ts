import { type History, type RouteFigures } from '../lib/monitor/state.js';
import { element, setAttribute, setText } from './dom.js';
import { formatCount } from './format.js';
import { keyedRows } from './keyed-rows.js';
import { createRouteRow, type RankedRoute, routeKey } from './route-row.js';
import { type View } from './view.js';

interface Ranking {
  readonly id: 'busiest' | 'slowest';
  readonly title: string;
  readonly by: (figures: RouteFigures) => number;
}

const RANKINGS: readonly Ranking[] = [
  { id: 'busiest', title: 'Busiest routes', by: ({ count }) => count },
  { id: 'slowest', title: 'Slowest routes', by: ({ averageSeconds }) => averageSeconds },
];

function ranked(routes: readonly RouteFigures[], by: Ranking['by']): RankedRoute[] {
  const most = Math.max(...routes.map(by));
  return routes.map((route) => ({ ...route, proportion: most > 0 ? by(route) / most : 0 }));
}

/** The roles are said, too: on a phone the rows are laid out as grids, which costs some browsers the table. */
const heading = (text: string): HTMLElement => element('th', { scope: 'col', role: 'columnheader', text });

function createRanking({ id, title, by }: Ranking): View<History> {
  const shown = element('span', { class: 'aside' });
  const body = element('tbody', { role: 'rowgroup' });
  const showRows = keyedRows(body, { key: routeKey, row: createRouteRow });
  const headings = ['Route', 'Requests', 'Average', 'Errors', 'SQL/req.'].map(heading);
  const table = element(
    'table',
    { class: `routes by-${id}`, role: 'table', 'aria-labelledby': id },
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...headings)),
    body,
  );
  const none = element('p', { class: 'none', text: 'No requests in this window.' });
  return {
    root: element(
      'div',
      { class: 'card' },
      element('h3', {}, element('span', { id, text: title }), shown),
      table,
      none,
    ),
    show({ routes }) {
      const rows = routes[id];
      table.hidden = rows.length === 0;
      none.hidden = rows.length > 0;
      setText(shown, rows.length < routes.count ? `top ${rows.length} of ${formatCount(routes.count)}` : '');
      // Without `http.queriesPerRequest` the last column would be dashes only; the style sheet hides it then.
      setAttribute(table, 'data-statements', String(rows.some((row) => row.statementsPerRequest !== null)));
      showRows(ranked(rows, by));
    },
  };
}

export function createRoutes(): View<History> {
  const rankings = RANKINGS.map(createRanking);
  return {
    root: element('div', { class: 'grid rankings' }, ...rankings.map(({ root }) => root)),
    show(history) {
      for (const ranking of rankings) ranking.show(history);
    },
  };
}
