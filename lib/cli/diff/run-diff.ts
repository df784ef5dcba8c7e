import { CommandFault } from '../command-fault.js';
import { EXIT, type ExitStatus } from '../exit-status.js';
import { accessOf } from '../read/access.js';
import { readEndpoint } from '../read/endpoint.js';
import { type Terminal } from '../terminal.js';
import { type DiffFlags } from './diff-flags.js';
import { diff } from './diff.js';
import { diffMarkdown } from './diff-markdown.js';
import { diffText } from './diff-text.js';

export async function runDiff(old: string, now: string, flags: DiffFlags, terminal: Terminal): Promise<ExitStatus> {
  if (old === '-' && now === '-') throw new CommandFault('Only one of the two can be stdin.');
  const access = accessOf(flags);
  const [before, after] = await Promise.all([old, now].map((source) => readEndpoint(source, access, terminal)));
  const report = diff(before!, after!);
  if (flags.json) terminal.print(`${JSON.stringify(report, null, 2)}\n`);
  else terminal.print(flags.markdown ? diffMarkdown(report) : diffText(report, terminal));
  return report.changes.some(({ breaks }) => breaks) ? EXIT.findings : EXIT.fine;
}
