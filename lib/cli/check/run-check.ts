import { CommandFault } from '../command-fault.js';
import { EXIT, type ExitStatus } from '../exit-status.js';
import { readDashboardFile } from '../files/dashboard-file.js';
import { type ExpressionFile } from '../files/expression-file.js';
import { readRuleFile } from '../files/rule-file.js';
import { accessOf } from '../read/access.js';
import { readEndpoint } from '../read/endpoint.js';
import { type Terminal } from '../terminal.js';
import { check } from './check.js';
import { type CheckFlags } from './check-flags.js';
import { checkText } from './check-text.js';
import { isAtLeast } from './finding.js';

export async function runCheck(source: string, flags: CheckFlags, terminal: Terminal): Promise<ExitStatus> {
  const files = await readFiles(flags);
  const { shown, contentType, published } = await readEndpoint(source, accessOf(flags), terminal);
  if (published.metrics.size === 0) throw new CommandFault(`${shown} has no metrics.`);
  const { targetLabels, ignore, labelSets, maxSeries, top } = flags;
  const report = check({ source: shown, contentType, published, files, targetLabels, ignore, labelSets, maxSeries });
  terminal.print(flags.json ? `${JSON.stringify(report, null, 2)}\n` : checkText(report, top, terminal));
  return report.findings.some(({ level }) => isAtLeast(level, flags.failOn)) ? EXIT.findings : EXIT.fine;
}

async function readFiles({ rules = [], dashboards = [] }: CheckFlags): Promise<readonly ExpressionFile[]> {
  return Promise.all([...rules.map(readRuleFile), ...dashboards.map(readDashboardFile)]);
}
