import { counted } from '../counted.js';
import { printable } from '../printable.js';
import { type Terminal } from '../terminal.js';
import { textTable } from '../text-table.js';
import { type Change } from './change.js';
import { type DiffReport } from './diff.js';
import { conclusionOf } from './conclusion.js';

const MARKS: Readonly<Record<Change['kind'], { readonly sign: string; readonly colour: number }>> = {
  added: { sign: '+', colour: 32 },
  removed: { sign: '-', colour: 31 },
  changed: { sign: '~', colour: 33 },
};

/** The report for a reader, one line per change. */
export function diffText({ before, after, changes, series }: DiffReport, terminal: Terminal): string {
  const heads = [
    `old ${printable(before.source)}: ${counted(before.metrics, 'metric')}, ${before.series} series`,
    `new ${printable(after.source)}: ${counted(after.metrics, 'metric')}, ${after.series} series`,
  ];
  const rows = series.map(({ metric, before: was, after: is }) => [metric, String(was), String(is)]);
  const table = textTable(['metric', 'old series', 'new series'], rows, [1, 2], terminal);
  return [
    ...heads,
    '',
    ...changes.map((change) => changeLine(change, terminal.hasColours)),
    ...(changes.length > 0 ? [''] : []),
    ...(rows.length > 0 ? ['Number of series:', table, ''] : []),
    conclusionOf(changes),
    '',
  ].join('\n');
}

function changeLine({ metric, kind, breaks, message }: Change, hasColours: boolean): string {
  const { sign, colour } = MARKS[kind];
  const line = `${sign} ${printable(metric)}: ${printable(message)}${breaks ? ' (breaking)' : ''}`;
  return hasColours ? `\u001b[${colour}m${line}\u001b[0m` : line;
}
