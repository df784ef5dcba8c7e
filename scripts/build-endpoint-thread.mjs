// Bundles the program of the endpoint's thread into lib/expose/server/thread-program.ts. As a string in a module it is
// found in ESM and CommonJS, under test runners, and after the application was bundled, where no file would be. Every
// build and vitest.config.ts run this script; the result is not committed.
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

const PROGRAM = path('lib/expose/server/thread-program.ts');
const SOURCES = [
  fileURLToPath(import.meta.url),
  ...['lib/access', 'lib/expose', 'lib/host', 'lib/metrics', 'lib/serving'].flatMap((folder) =>
    readdirSync(path(folder), { recursive: true }).map((file) => path(`${folder}/${file}`)),
  ),
].filter((file) => file !== PROGRAM);

const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const builtAt = changedAt(PROGRAM);
if (SOURCES.every((file) => changedAt(file) < builtAt)) process.exit();

const bundle = await rolldown({
  input: path('lib/expose/server/thread/main.ts'),
  platform: 'node',
  tsconfig: path('lib/tsconfig.lib.json'),
  transform: { target: 'es2023' },
  // What runs in the thread must not need a package of the application.
  external: /^node:/,
});
const { output } = await bundle.generate({
  format: 'cjs',
  comments: { legal: true, annotation: false, jsdoc: false },
});
await bundle.close();
writeFileSync(
  PROGRAM,
  `// Made by scripts/build-endpoint-thread.mjs from lib/expose/server/thread/.\nexport const THREAD_PROGRAM: string = ${JSON.stringify(output[0].code)};\n`,
);
console.log(`thread program ${output[0].code.length} characters`);
