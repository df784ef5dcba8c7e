import { type Series } from '../lib/monitor/state.js';
import uPlot from 'uplot';
import { type ChartDefinition, type ChartLine } from './chart-lines.js';
import { secondOfDay, toSeconds } from './clock.js';
import { element, setText } from './dom.js';
import { plotOptions } from './plot-options.js';
import { type View } from './view.js';

function createKey({ label, colour }: ChartLine): { readonly root: HTMLElement; readonly value: HTMLElement } {
  const value = element('b');
  return { root: element('span', { class: `key of-${colour}` }, element('span', { text: label }), value), value };
}

const timeOf = ({ from, stepSeconds }: Series, index: number): number => toSeconds(from) + index * stepSeconds;
const timesOf = (series: Series): number[] => series.requestsPerSecond.map((_value, index) => timeOf(series, index));

/** The names of the lines with their values under the cursor, or else the last ones. */
function createCaption({ title, lines, format }: ChartDefinition) {
  const keys = lines.map((one) => ({ ...createKey(one), ...one }));
  const moment = element('span', { class: 'aside' });
  return {
    root: element(
      'figcaption',
      {},
      element('h3', {}, element('span', { text: title }), moment),
      element('p', { class: 'keys' }, ...keys.map((key) => key.root)),
    ),
    show(series: Series, cursor: number | null): void {
      setText(moment, cursor === null ? '' : secondOfDay(timeOf(series, cursor)));
      for (const { value, values } of keys) setText(value, format(values(series).at(cursor ?? -1) ?? null));
    },
  };
}

/** Zeros beside something else stay: lines need them to come down to. */
function withoutZeros(values: readonly (number | null)[]): (number | null)[] {
  const isNothing = (value: number | null | undefined): boolean => (value ?? 0) === 0;
  return values.map((value, index) =>
    isNothing(value) && isNothing(values[index - 1]) && isNothing(values[index + 1]) ? null : value,
  );
}

const drawn = (series: Series, { values, hidesZeros }: ChartLine): (number | null)[] =>
  hidesZeros ? withoutZeros(values(series)) : [...values(series)];

/** Follows the size of the place, which the plot itself never changes: it lies over it. */
function followSize({ clientWidth: width, clientHeight: height }: HTMLElement, plot: uPlot): void {
  if (width > 0 && height > 0) plot.setSize({ width, height });
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

export function createChart(definition: ChartDefinition): View<Series> {
  const caption = createCaption(definition);
  const place = element('div', { class: 'plot', role: 'img', 'aria-label': `Chart: ${definition.title}` });
  const empty: uPlot.AlignedData = [[], ...definition.lines.map(() => [])];
  let shown: Series | undefined;
  const showCaption = ({ cursor }: uPlot): void => {
    if (shown !== undefined) caption.show(shown, cursor.idx ?? null);
  };
  const plot = new uPlot(plotOptions(definition, showCaption), empty, place);
  new ResizeObserver(() => followSize(place, plot)).observe(place);
  DARK.addEventListener('change', () => plot.redraw(false));
  return {
    root: element('figure', { class: 'card chart' }, caption.root, place),
    show(series) {
      shown = series;
      plot.setData([timesOf(series), ...definition.lines.map((one) => drawn(series, one))]);
      showCaption(plot);
    },
  };
}
