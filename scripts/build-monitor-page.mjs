// Bundles monitor-page/ with uPlot into lib/monitor/page-files.ts: as texts in a module the page is found by ESM and
// CommonJS alike, and survives a bundler. Run by every build and by vitest.config.ts; the result is not committed.
// Does nothing when what it is made of has not changed since.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const text = (relative) => readFileSync(path(relative), 'utf8').replaceAll('\r\n', '\n');

const PAGE = path('lib/monitor/page-files.ts');
/** The lock file changes with the version of what is bundled. */
const SOURCES = [
  fileURLToPath(import.meta.url),
  path('package-lock.json'),
  ...readdirSync(path('monitor-page'), { recursive: true }).map((file) => path(`monitor-page/${file}`)),
];

const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const builtAt = changedAt(PAGE);
if (SOURCES.every((file) => changedAt(file) < builtAt)) process.exit();

const LICENCE = `/*\nCharts: uPlot ${JSON.parse(text('node_modules/uplot/package.json')).version}\n\n${text('node_modules/uplot/LICENSE')}\n*/\n`;

async function script() {
  const bundle = await rolldown({ input: path('monitor-page/main.ts'), tsconfig: path('monitor-page/tsconfig.json') });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return LICENCE + output[0].code;
}

const files = {
  'page.html': text('monitor-page/page.html'),
  'page.js': await script(),
  'page.css': LICENCE + text('node_modules/uplot/dist/uPlot.min.css') + text('monitor-page/page.css'),
};
const constants = Object.entries(files).map(
  ([name, content]) => `  ${JSON.stringify(name)}: ${JSON.stringify(content)},\n`,
);
writeFileSync(
  PAGE,
  `// Made by scripts/build-monitor-page.mjs from monitor-page/.\nexport const PAGE_FILES = {\n${constants.join('')}} as const;\n`,
);
console.log(
  Object.entries(files)
    .map(([name, { length }]) => `${name} ${length} characters`)
    .join(', '),
);
