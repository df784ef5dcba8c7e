import { type Figures, type History } from '../lib/monitor/state.js';
import { element, setText } from './dom.js';
import { duration, type Format, formatCount, inOne, perRequest, rate, share, counted } from './format.js';
import { type StateWithHistory, type View } from './view.js';

interface TileDefinition {
  readonly label: string;
  /** Which lines of the charts show the same. */
  readonly of: 'requests' | 'statements' | 'errors' | 'both';
  readonly format: Format;
  readonly value: (figures: Figures) => number | null;
}

const TILES: readonly TileDefinition[] = [
  { label: 'Requests', of: 'requests', format: rate, value: ({ requests }) => requests.perSecond },
  { label: 'Request duration', of: 'requests', format: duration, value: ({ requests }) => requests.averageSeconds },
  { label: 'Error share', of: 'errors', format: share, value: ({ requests }) => requests.errorShare },
  { label: 'SQL statements', of: 'statements', format: rate, value: ({ statements }) => statements.perSecond },
  { label: 'SQL duration', of: 'statements', format: duration, value: ({ statements }) => statements.averageSeconds },
  { label: 'SQL per request', of: 'both', format: perRequest, value: (figures) => figures.statementsPerRequest },
];

function createTile({ label, of, format, value }: TileDefinition): View<History> {
  const number = element('span', { class: 'number' });
  const unit = element('span', { class: 'unit' });
  const before = element('b');
  const root = element(
    'div',
    { class: 'tile' },
    element('dt', { class: `of-${of}`, text: label }),
    element('dd', { class: 'now' }, number, unit),
    element('dd', { class: 'before' }, element('span', { text: '10 min average ' }), before),
  );
  return {
    root,
    show({ latest, windows }) {
      const now = format(value(latest));
      setText(number, now.number);
      setText(unit, now.unit);
      setText(before, inOne(format(value(windows['10m']))));
    },
  };
}

/** Of the buckets that are still being filled: as numbers, since a rate of them would start too low each time. */
function runningSentence({ running }: History, bucketSeconds: number): string {
  const { requests, errors, statements, seconds } = running;
  const counts = `${counted(requests, 'request')}, ${counted(errors, 'error')}, ${counted(statements, 'statement')}`;
  return `Running ${formatCount(bucketSeconds)} seconds: ${counts} in ${formatCount(seconds)} s; counts as a rate when complete.`;
}

export function createTiles(): View<StateWithHistory> {
  const tiles = TILES.map(createTile);
  const heading = element('h2', { id: 'now', class: 'unseen', text: 'The last complete seconds' });
  const running = element('p', { class: 'running' });
  const root = element(
    'section',
    { 'aria-labelledby': 'now' },
    heading,
    element('dl', { class: 'tiles card' }, ...tiles.map((tile) => tile.root)),
    running,
  );
  return {
    root,
    show({ history, bucketSeconds }) {
      for (const tile of tiles) tile.show(history);
      setText(heading, `The last ${formatCount(bucketSeconds)} complete seconds`);
      setText(running, runningSentence(history, bucketSeconds));
    },
  };
}
