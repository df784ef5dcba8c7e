import { MonitoredProcess } from './monitored-process.js';
import { type Act, type ChildSettings } from './monitored-child.js';

/**
 * Runs in a process of its own and does what its parent tells it. Its clock is as wrong as its parent wishes.
 */
const { clockAheadMs = 0, ...settings } = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
const trueNow = Date.now.bind(Date);
Date.now = () => trueNow() + clockAheadMs;

const monitored = await MonitoredProcess.start(settings);

async function outcomeOf([name, count]: Act): Promise<unknown> {
  if (name === 'data') return monitored.data();
  if (name === 'log') return monitored.log;
  if (name === 'close') return monitored.close();
  monitored[name](count ?? 1);
  return undefined;
}

process.on('message', (act: Act) => {
  void (async () => {
    process.send?.({ outcome: await outcomeOf(act) });
    // With nothing left that keeps it, the process ends.
    if (act[0] === 'close') process.disconnect();
  })();
});
process.send?.({ outcome: 'ready' });
