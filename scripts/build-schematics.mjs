// Bundles the schematic of `nest add` into dist/schematics/. It is CommonJS, which every version of the schematics
// library can load, and imports nothing: TypeScript is that of the application.
import { cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

export async function buildSchematics() {
  const bundle = await rolldown({
    input: { 'nest-add': path('lib/schematics/nest-add.ts') },
    external: /^node:/,
    platform: 'node',
    tsconfig: path('lib/tsconfig.lib.json'),
    transform: { target: 'es2023' },
  });
  await bundle.write({ dir: path('dist/schematics'), format: 'cjs', exports: 'named', entryFileNames: '[name].js' });
  await bundle.close();
  for (const file of ['collection.json', 'nest-add.schema.json']) {
    cpSync(path(`lib/schematics/${file}`), path(`dist/schematics/${file}`));
  }
  writeFileSync(path('dist/schematics/package.json'), '{ "type": "commonjs" }\n');
}
