// Bundles the command `nestjs-prometheus-exporter` into dist/cli/, with the packages it needs, so that installing the
// library installs none of them. What one command alone needs is in a file of its own, loaded when that command runs.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const FOLDER = path('dist/cli');

export async function buildCommand() {
  const bundle = await rolldown({
    input: { cli: path('lib/cli.ts') },
    external: /^node:/,
    platform: 'node',
    tsconfig: path('lib/tsconfig.lib.json'),
    transform: { target: 'es2023' },
  });
  const { output } = await bundle.write({
    dir: FOLDER,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
    comments: { legal: true, annotation: true, jsdoc: false },
  });
  await bundle.close();
  chmodSync(join(FOLDER, 'cli.js'), 0o755);
  const modules = output.flatMap((chunk) => chunk.moduleIds ?? []);
  writeFileSync(join(FOLDER, 'THIRD-PARTY-LICENSES.txt'), licencesOf(packageFoldersOf(modules)));
}

function packageFoldersOf(modules) {
  const folders = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))?.[0]);
  const known = folders.filter((folder) => folder !== undefined);
  return [...new Set(known)].toSorted((one, other) => one.localeCompare(other));
}

/** Fails for a package without a licence, since nobody may publish a copy of it. */
function licencesOf(folders) {
  const parts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter((entry) => /^(?:licen[cs]e|notice)/i.test(entry));
    if (files.length === 0 || license === undefined) throw new Error(`${name} has no licence, see ${folder}.`);
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return `${[`${name} ${version} (${license})`, ...texts].join('\n\n')}\n`;
  });
  const head = 'The files in this folder contain code of these packages, under their licences.\n';
  return [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}
