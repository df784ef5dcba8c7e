import { parseArgs } from 'node:util';
import { boot } from './boot.js';
import { doors } from './doors.js';
import { FULL, QUICK } from './effort.js';
import { hotPaths } from './hot-paths.js';
import { idle } from './idle.js';
import { memory } from './memory.js';
import { monitor } from './monitor.js';
import { ownPort } from './own-port.js';
import { requests } from './requests.js';
import { scrapes } from './scrapes.js';
import { statements } from './statements.js';

const PARTS = {
  'hot-paths': hotPaths,
  requests,
  statements,
  doors,
  scrapes,
  memory,
  idle,
  monitor,
  boot,
  'own-port': ownPort,
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`Expected parts among ${Object.keys(PARTS).join(', ')}, got ${unknown.join(', ')}: name one of them.`);
  process.exit(2);
}

const effort = values.quick === true ? QUICK : FULL;
const chosen = Object.entries(PARTS).filter(([name]) => positionals.length === 0 || positionals.includes(name));
console.log(`Node ${process.version}, ${process.platform} ${process.arch}`);
if (effort === QUICK) console.log('Quick: shows that the bench works. Too few runs to quote a figure.');

const targets = [];
for (const [, measure] of chosen) {
  targets.push(...(await measure(effort)));
}
console.log(`\n${targets.filter(({ met }) => met).length} of ${targets.length} targets met.`);
