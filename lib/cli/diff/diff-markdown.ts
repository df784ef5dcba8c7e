import { counted } from '../counted.js';
import { printable } from '../printable.js';
import { type Change } from './change.js';
import { conclusionOf } from './conclusion.js';
import { type DiffReport } from './diff.js';

/** The report as Markdown, for a comment of a pull request. */
export function diffMarkdown({ before, after, changes, series }: DiffReport): string {
  const counts = `${counted(before.metrics, 'metric')} with ${before.series} series before, ${counted(after.metrics, 'metric')} with ${after.series} series after.`;
  const changed = changes.map(({ metric, message, breaks }) => [
    code(metric),
    cell(message),
    breaks ? '**yes**' : 'no',
  ]);
  const seriesRows = series.map(({ metric, before: was, after: is }) => [code(metric), String(was), String(is)]);
  return [
    '### Metrics',
    `${conclusionOf(changes)} ${counts}`,
    ...table(['metric', 'change', 'may break queries'], ordered(changes, changed)),
    ...details('Number of series', table(['metric', 'before', 'after'], seriesRows)),
  ]
    .join('\n\n')
    .concat('\n');
}

type Row = readonly string[];

/** Changes that break come first. */
function ordered(changes: readonly Change[], rows: readonly Row[]): readonly Row[] {
  return [true, false].flatMap((breaks) => rows.filter((_, index) => changes[index]?.breaks === breaks));
}

function table(head: Row, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return [lines.join('\n')];
}

function details(title: string, inside: readonly string[]): readonly string[] {
  return inside.length === 0 ? [] : [`<details><summary>${title}</summary>`, ...inside, '</details>'];
}

/** Text from an endpoint must not become markup, a link or a mention of somebody. */
function cell(text: string): string {
  return printable(text).replaceAll(/[\\`*_{}[\]<>#|@~&!]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function code(name: string): string {
  return `\`${printable(name)}\``;
}
