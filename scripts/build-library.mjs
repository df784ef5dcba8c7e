// Bundles lib/ into dist/, one file per entry and format, so that an application loads a few files instead of hundreds.
// Code that is loaded on demand (`import('./…')`) gets a file of its own. Packages remain imports, resolved at run
// time.
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { buildCommand } from './build-command.mjs';
import { buildSchematics } from './build-schematics.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

const ENTRIES = ['index', 'testing'];
/** Loaded by Node, and without exports of any use. */
const PRELOADED = ['register', 'register-hooks'];
const entriesIn = (folder, extension, names) =>
  Object.fromEntries(names.map((name) => [name, path(`${folder}/${name}${extension}`)]));

/** A package or a built-in module of Node. Helpers that the compiler adds are bundled. */
const isExternal = (id) => /^[\w@]/.test(id) && !id.startsWith('@oxc-project/');

async function bundleCode(format) {
  const bundle = await rolldown({
    input: entriesIn('lib', '.ts', [...ENTRIES, ...PRELOADED]),
    external: isExternal,
    platform: 'node',
    tsconfig: path('lib/tsconfig.lib.json'),
    transform: { target: 'es2023' },
  });
  await bundle.write({
    dir: path(`dist/${format}`),
    format,
    exports: 'named',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    sourcemap: true,
    comments: { legal: true, annotation: true, jsdoc: false },
    // Jest runs CommonJS without support for import().
    dynamicImportInCjs: false,
  });
  await bundle.close();
}

async function bundleTypes() {
  const declarations = 'dist/declarations';
  execFileSync(
    process.execPath,
    [
      path('node_modules/typescript/bin/tsc'),
      '-p',
      path('lib/tsconfig.lib.json'),
      '--emitDeclarationOnly',
      '--outDir',
      path(declarations),
    ],
    { stdio: 'inherit' },
  );
  const bundle = await rollup({
    input: entriesIn(declarations, '.d.ts', ENTRIES),
    external: isExternal,
    plugins: [dts()],
    // Mostly warnings about types that are used and not exported.
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  await bundle.write({
    dir: path('dist/esm'),
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: ({ name }) => `${name.replace(/\.d$/, '')}.d.ts`,
  });
  await bundle.close();
  rmSync(path(declarations), { recursive: true });
}

rmSync(path('dist'), { recursive: true, force: true });
await Promise.all([...['esm', 'cjs'].map(bundleCode), buildCommand(), buildSchematics()]);
await bundleTypes();
writeFileSync(path('dist/esm/register.d.ts'), 'export {};\n');
for (const file of readdirSync(path('dist/esm'))) {
  if (file.endsWith('.d.ts')) cpSync(path(`dist/esm/${file}`), path(`dist/cjs/${file}`));
}
// The package is ESM; this file tells Node that these are CommonJS.
writeFileSync(path('dist/cjs/package.json'), '{ "type": "commonjs" }\n');
