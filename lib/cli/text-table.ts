import Table from 'cli-table3';
import { printable } from './printable.js';
import { type Terminal } from './terminal.js';

const LINES = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((place) => [place, `${place}-mid`]);
const CORNERS = ['top', 'bottom'].flatMap((place) => [`${place}-left`, `${place}-right`]);
const NO_LINES = {
  ...Object.fromEntries([...LINES, ...CORNERS].map((line) => [line, ''])),
  middle: '  ',
};

type Row = readonly string[];

/**
 * Aligned columns, without lines. On a terminal that is too narrow, the widest column is cut, and ends in `…`.
 * `numeric` has the columns whose text is aligned to the right.
 */
export function textTable(head: Row, rows: readonly Row[], numeric: readonly number[], terminal: Terminal): string {
  const texts = [head, ...rows].map((row) => row.map((cell) => printable(cell)));
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: head.map((_, column) => (numeric.includes(column) ? 'right' : 'left')),
    ...(terminal.columns !== undefined && { colWidths: fitted(widthsOf(texts), terminal.columns) }),
  });
  table.push(...texts.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function widthsOf(texts: readonly Row[]): readonly number[] {
  const columns = texts[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
}

const GAP = 2;
const LEAST = 8;

/** Takes from the widest column what is too much. */
function fitted(widths: readonly number[], columns: number): number[] {
  const fitting = [...widths];
  const room = columns - GAP * (widths.length - 1);
  for (let over = total(fitting) - room; over > 0; over = total(fitting) - room) {
    const widest = fitting.indexOf(Math.max(...fitting));
    const second = Math.max(...fitting.filter((_, index) => index !== widest), LEAST);
    const cut = Math.min(over, Math.max(1, fitting[widest]! - second));
    if (fitting[widest]! - cut < LEAST) break;
    fitting[widest]! -= cut;
  }
  return fitting;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0);
}
