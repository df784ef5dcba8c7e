// The package is ESM; this file tells Node that what `tsc -p lib/tsconfig.cjs.json` wrote is CommonJS.
import { writeFileSync } from 'node:fs';

writeFileSync(new URL('../dist/cjs/package.json', import.meta.url), '{ "type": "commonjs" }\n');
