// Writes docs/metrics.md, the pages of the other namings, and docs/options.md from the definitions of the metrics, the types of the options and their
// rules.
// Usage: node scripts/build-docs.mjs [output folder, docs by default]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { loadLibrary } from './docs/library.mjs';
import { metricsPages } from './docs/metrics-page.mjs';
import { optionsPage } from './docs/options-page.mjs';
import { path } from './docs/paths.mjs';

const folder = process.argv[2] ?? path('docs');
const library = await loadLibrary();
const pages = { ...metricsPages(library), 'options.md': optionsPage(library) };

for (const [name, text] of Object.entries(pages)) {
  const config = await resolveConfig(path('docs'));
  writeFileSync(join(folder, name), await format(text, { ...config, parser: 'markdown' }));
}
