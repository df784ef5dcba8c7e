import { type Figures, type History, type Window, WINDOW_SECONDS, WINDOWS } from '../lib/monitor/state.js';
import { formatSpan } from './clock.js';
import { element, setAttribute, setText } from './dom.js';
import { duration, type Format, formatCount, inOne, perRequest, ratio, share } from './format.js';
import { type StateWithHistory, type View } from './view.js';

interface Line {
  readonly label: string;
  readonly text: (figures: Figures) => string;
}

const line = (label: string, format: Format, value: (figures: Figures) => number | null): Line => ({
  label,
  text: (figures) => inOne(format(value(figures))),
});

const LINES: readonly Line[] = [
  line('Requests per second', ratio, ({ requests }) => requests.perSecond),
  line('Average duration', duration, ({ requests }) => requests.averageSeconds),
  line('Errors', share, ({ requests }) => requests.errorShare),
  line('Aborted by the client', ratio, ({ requests }) => requests.aborted),
  line('SQL per second', ratio, ({ statements }) => statements.perSecond),
  line('Average SQL duration', duration, ({ statements }) => statements.averageSeconds),
  line('Failed SQL', ratio, ({ statements }) => statements.errors),
  line('SQL per request', perRequest, ({ statementsPerRequest }) => statementsPerRequest),
];

interface Column {
  readonly window: Window | undefined;
  readonly heading: (bucketSeconds: number) => string;
  readonly figures: (history: History) => Figures;
}

const HEADINGS: Readonly<Record<Window, string>> = { '10m': '10 min', '1h': '1 h', '24h': '24 h' };
const COLUMNS: readonly Column[] = [
  { window: undefined, heading: (bucketSeconds) => `${formatCount(bucketSeconds)} s`, figures: ({ latest }) => latest },
  ...WINDOWS.map((window) => ({
    window,
    heading: () => HEADINGS[window],
    figures: ({ windows }: History) => windows[window],
  })),
];

/** A window is never complete to the second: its last bucket is still being filled. */
const CLEARLY_SHORTER = 0.95;

function coverage(window: Window | undefined, { seconds }: Figures): string {
  if (window === undefined || seconds >= WINDOW_SECONDS[window] * CLEARLY_SHORTER) return '';
  return seconds === 0 ? 'nothing yet' : `${formatSpan(seconds)} counted`;
}

function createHeading({ window, heading, figures }: Column): View<StateWithHistory> {
  const [name, counted] = [element('span'), element('small')];
  const root = element('th', { scope: 'col' }, name, counted);
  return {
    root,
    show({ history, bucketSeconds }) {
      setText(name, heading(bucketSeconds));
      setText(counted, coverage(window, figures(history)));
      setAttribute(root, 'data-chosen', String(window === history.window));
    },
  };
}

function createRow({ label, text }: Line): View<StateWithHistory> {
  const cells = COLUMNS.map((column) => ({ column, cell: element('td') }));
  return {
    root: element('tr', {}, element('th', { scope: 'row', text: label }), ...cells.map(({ cell }) => cell)),
    show({ history }) {
      for (const { column, cell } of cells) {
        setText(cell, text(column.figures(history)));
        setAttribute(cell, 'data-chosen', String(column.window === history.window));
      }
    },
  };
}

/** A column for each window: so the table is narrow enough for a phone, and what is compared stands side by side. */
export function createFiguresTable(): View<StateWithHistory> {
  const headings = COLUMNS.map(createHeading);
  const rows = LINES.map(createRow);
  const corner = element('th', { scope: 'col' }, element('span', { text: 'Over the last' }));
  const table = element(
    'table',
    { class: 'figures', 'aria-labelledby': 'averages' },
    element('thead', {}, element('tr', {}, corner, ...headings.map(({ root }) => root))),
    element('tbody', {}, ...rows.map(({ root }) => root)),
  );
  return {
    root: element('div', { class: 'card' }, element('h3', { id: 'averages', text: 'Averages' }), table),
    show(state) {
      for (const part of [...headings, ...rows]) part.show(state);
    },
  };
}
