import { type Window } from '../lib/monitor/state.js';
import { createChart } from './chart.js';
import { CHARTS } from './chart-lines.js';
import { element } from './dom.js';
import { createFiguresTable } from './figures-table.js';
import { createRoutes } from './routes-table.js';
import { type StateWithHistory, type View } from './view.js';
import { createWindowChoice } from './window-choice.js';

/** All that depends on how far back one looks, beneath the choice of it. */
export function createHistorySection(onWindow: (window: Window) => void): View<StateWithHistory> {
  const charts = CHARTS.map(createChart);
  const table = createFiguresTable();
  const routes = createRoutes();
  const heading = element('h2', { id: 'history', text: 'History' });
  const root = element(
    'section',
    { 'aria-labelledby': 'history' },
    element('div', { class: 'section-head' }, heading, createWindowChoice(onWindow)),
    element('div', { class: 'grid' }, ...charts.map((chart) => chart.root), table.root),
    routes.root,
  );
  return {
    root,
    show(state) {
      for (const chart of charts) chart.show(state.history.series);
      table.show(state);
      routes.show(state.history);
    },
  };
}
