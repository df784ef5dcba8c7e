// Bundles demo/ and the parts of test/support/ that it uses, and runs it in this process, so that npm has one process to
// pass signals to.
// Usage: node scripts/demo.mjs [check [--minutes 5]] [--built]
// --built uses the sample application as `npm run build:sample` has left it.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

// Two folders deep, as test/support/ is: there, paths to other files are relative to the file.
const PROGRAM = path('dist-demo/demo/main.js');

const bundle = await rolldown({
  input: path('demo/main.ts'),
  // Packages, and modules of Node.
  external: /^[\w@]/,
  platform: 'node',
  tsconfig: path('tsconfig.json'),
  transform: { target: 'es2023' },
});
await bundle.write({ file: PROGRAM, format: 'esm' });
await bundle.close();
await import(PROGRAM);
