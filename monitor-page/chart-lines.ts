import { type Series } from '../lib/monitor/state.js';
import { formatAxisRate, formatDuration, inOne, rate } from './format.js';

export interface ChartLine {
  readonly label: string;
  /** The custom property of the style sheet that has its colour; `…-fill` that of the area beneath. */
  readonly colour: 'requests' | 'statements' | 'errors';
  readonly filled: boolean;
  /** Draws what is not zero only, so that a red line at the bottom never looks like an error. */
  readonly hidesZeros?: boolean;
  readonly values: (series: Series) => readonly (number | null)[];
}

export interface ChartDefinition {
  readonly title: string;
  readonly format: (value: number | null) => string;
  readonly formatAxis: (value: number) => string;
  readonly lines: readonly ChartLine[];
}

const formatRate = (value: number | null): string => inOne(rate(value));

export const CHARTS: readonly ChartDefinition[] = [
  {
    title: 'Requests per second',
    format: formatRate,
    formatAxis: formatAxisRate,
    lines: [
      { label: 'Requests', colour: 'requests', filled: true, values: (series) => series.requestsPerSecond },
      {
        label: '5xx errors',
        colour: 'errors',
        filled: true,
        hidesZeros: true,
        values: (series) => series.errorsPerSecond,
      },
    ],
  },
  {
    title: 'SQL statements per second',
    format: formatRate,
    formatAxis: formatAxisRate,
    lines: [
      { label: 'Statements', colour: 'statements', filled: true, values: (series) => series.statementsPerSecond },
    ],
  },
  {
    title: 'Average duration',
    format: formatDuration,
    formatAxis: formatDuration,
    lines: [
      { label: 'Request', colour: 'requests', filled: false, values: (series) => series.requestSeconds },
      { label: 'Statement', colour: 'statements', filled: false, values: (series) => series.statementSeconds },
    ],
  },
];
