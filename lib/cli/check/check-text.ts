import { counted } from '../counted.js';
import { printable } from '../printable.js';
import { textTable } from '../text-table.js';
import { type Terminal } from '../terminal.js';
import { type CheckReport } from './check.js';
import { type Finding, type Level } from './finding.js';

const COLOURS: Readonly<Record<Level, number>> = { error: 31, warning: 33, info: 36 };

/** The report for a reader. */
export function checkText(report: CheckReport, top: number, terminal: Terminal): string {
  const { source, metrics, series, findings } = report;
  const summary = `${printable(source)}: ${counted(metrics, 'metric')}, ${series} series`;
  const lines = findings.map((finding) => findingLine(finding, terminal.hasColours));
  return [summary, '', cardinalityTable(report, top, terminal), '', ...lines, conclusion(findings), ''].join('\n');
}

function cardinalityTable({ cardinality, metrics }: CheckReport, top: number, terminal: Terminal): string {
  const rows = cardinality.slice(0, top).map(({ metric, type, series, labels }) => {
    const widest = labels.slice(0, 3).map(({ label, values }) => `${label} ${values}`);
    return [String(series), metric, type, widest.join(', ')];
  });
  const title = `Most series (${rows.length} of ${counted(metrics, 'metric')}):`;
  return [title, textTable(['series', 'metric', 'type', 'labels with most values'], rows, [0], terminal)].join('\n');
}

function findingLine({ level, check, metric, message }: Finding, hasColours: boolean): string {
  const shown = hasColours ? `\u001b[${COLOURS[level]}m${level}\u001b[0m` : level;
  const about = metric === undefined ? '' : `${printable(metric)}: `;
  return `${shown} ${check} ${about}${printable(message)}`;
}

function conclusion(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Nothing found.';
  const numbers = (['error', 'warning', 'info'] as const).map((level) => {
    return { level, number: findings.filter((finding) => finding.level === level).length };
  });
  const counts = numbers.filter(({ number }) => number > 0).map(({ level, number }) => `${number} ${level}`);
  return `\n${counted(findings.length, 'finding')}: ${counts.join(', ')}`;
}
