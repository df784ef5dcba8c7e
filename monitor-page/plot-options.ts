import uPlot from 'uplot';
import { type ChartDefinition, type ChartLine } from './chart-lines.js';
import { minuteOfDay } from './clock.js';

/** Until the place of the plot has been measured. */
const FIRST_SIZE = { width: 320, height: 208 };
/** The same for all charts, so that a moment is at the same place in each. */
const LEFT_EDGE = 58;
/** Finer than those of uPlot, which go from one minute to five. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((minutes) => minutes * 60);
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Read at each drawing: the colours change with the scheme of the system. */
const colour = (name: string) => (): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Lines do not show a value that has no neighbour, as the first one after a start. */
function isolated(plot: uPlot, line: number): number[] {
  const values = plot.data[line] ?? [];
  const isNone = (index: number): boolean => (values[index] ?? null) === null;
  return [...values.keys()].filter((index) => !isNone(index) && isNone(index - 1) && isNone(index + 1));
}

const seriesOf = ({ label, colour: name, filled }: ChartLine): uPlot.Series => ({
  label,
  class: `of-${name}`,
  stroke: colour(name),
  ...(filled && { fill: colour(`${name}-fill`) }),
  width: 1.75,
  points: { show: false, filter: isolated, size: 5, fill: colour(name) },
});

/** From zero: a line that starts elsewhere makes a ripple look like a wave. */
const fromZero: uPlot.Scale.Range = (_plot, _least, most) => [0, most > 0 ? uPlot.rangeNum(0, most, 0.1, true)[1] : 1];

export function plotOptions({ lines, formatAxis }: ChartDefinition, onCursor: (plot: uPlot) => void): uPlot.Options {
  const axis = { stroke: colour('muted'), font: FONT, ticks: { show: false } };
  return {
    ...FIRST_SIZE,
    // On the right for the half of a time of day that stands at the very edge.
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: 'monitor', setSeries: false },
      points: { size: 9, width: 2 },
    },
    scales: { y: { range: fromZero } },
    series: [{}, ...lines.map(seriesOf)],
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 56,
        incrs: TIME_STEPS,
        values: (_plot, splits) => splits.map(minuteOfDay),
      },
      {
        ...axis,
        grid: { stroke: colour('line'), width: 1 },
        size: LEFT_EDGE,
        space: 40,
        values: (_plot, splits) => splits.map(formatAxis),
      },
    ],
    hooks: { setLegend: [onCursor] },
  };
}
