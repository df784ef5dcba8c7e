import { dashboards, type GeneratedDashboard } from '../../dashboards/dashboards.js';
import { CommandFault } from '../command-fault.js';
import { type Terminal } from '../terminal.js';
import { applicationOf } from './application.js';
import { type DashboardFlags } from './dashboard-flags.js';
import { writeFiles } from './write-files.js';

/** Writes dashboards into a folder, or prints the one that was named. */
export async function writeDashboards(
  names: readonly string[],
  flags: DashboardFlags,
  terminal: Terminal,
): Promise<void> {
  const { namespace, naming } = await applicationOf(flags, terminal);
  const all = dashboards({ namespace, naming, nativeHistograms: flags.nativeHistograms === true });
  const chosen = names.length === 0 ? all : names.map((name) => named(name, all));
  if (flags.out !== undefined) {
    const files = chosen.map(({ file, json }) => ({ name: file, text: json }));
    return writeFiles(flags.out, files, terminal);
  }
  const [only, ...others] = chosen;
  if (!only || others.length > 0) {
    throw new CommandFault(`Give --out for several dashboards, or name one of ${all.map(nameOf).join(', ')}.`);
  }
  return terminal.print(only.json);
}

function named(name: string, all: readonly GeneratedDashboard[]): GeneratedDashboard {
  const found = all.find((dashboard) => nameOf(dashboard) === name);
  if (found) return found;
  throw new CommandFault(`There is no dashboard ${name}: expected one of ${all.map(nameOf).join(', ')}.`);
}

function nameOf({ file }: GeneratedDashboard): string {
  return file.replace(/\.json$/, '');
}
