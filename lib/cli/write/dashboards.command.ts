import { Command } from 'commander';
import { type DashboardFlags } from './dashboard-flags.js';
import { type Invocation } from '../invocation.js';
import { withWriteFlags } from './write-flags.js';

export function dashboardsCommand(invocation: Invocation): Command {
  const command = new Command('dashboards')
    .description('Write dashboards for Grafana, for the names of your application.')
    .argument('[names...]', 'which ones, such as nestjs-http; all of them if none is named')
    .option('--native-histograms', 'Prometheus stores native histograms of the application, and no classic buckets')
    .action(async (names: readonly string[], flags: DashboardFlags) => {
      const { writeDashboards } = await import('./write-dashboards.js');
      await writeDashboards(names, flags, invocation.terminal);
    });
  return withWriteFlags(command);
}
