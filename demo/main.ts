import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cleanUpOnExitOnly } from '../test/support/on-process-end.js';
import { buildSample } from './build.js';
import { checkData } from './check.js';
import { type Ending, endingOf } from './ending.js';
import { linksOf, takenPorts } from './links.js';
import { withoutPrometheus, withoutServers } from './missing-programs.js';
import { type Part } from './part.js';
import { type Demo, startDemo } from './start.js';

const STOP_TIMEOUT_MS = 10_000;

const { values, positionals } = parseArgs({
  options: { built: { type: 'boolean', default: false }, minutes: { type: 'string', default: '5' } },
  allowPositionals: true,
});

/** What was started, in order. If this process exits without stopping it, it is killed. */
const parts: Part[] = [];
cleanUpOnExitOnly();
const ending = endingOf(parts);
const { reason, code } = await Promise.race([ending, run().catch(failed)]);
console.log(`\n${reason}`);
await Promise.race([stop(), pause(STOP_TIMEOUT_MS)]);
process.exit(code);

async function run(): Promise<Ending> {
  const missing = withoutPrometheus();
  if (missing !== undefined) return { reason: missing, code: 1 };
  if (!values.built) {
    console.log('Building the sample application …');
    await buildSample();
  }
  console.log('Starting it, Prometheus and some load …');
  const demo = await startDemo(parts);
  await announce(demo);
  return positionals.includes('check') ? checkData(demo, Number(values.minutes)) : ending;
}

async function announce(demo: Demo): Promise<void> {
  const notes = [...takenPorts(demo), withoutServers()].filter((note) => note !== undefined);
  console.log(`\n${await linksOf(demo)}\n`);
  for (const note of notes) console.log(note);
  console.log('Graphs begin after half a minute. Ctrl-C ends all of it and removes what it has stored.');
}

function failed(error: unknown): Ending {
  return { reason: error instanceof Error ? error.message : String(error), code: 1 };
}

/** The application first, so that it can say farewell to its database. */
async function stop(): Promise<void> {
  for (const { process: part } of parts.toReversed()) await part.stop();
}
