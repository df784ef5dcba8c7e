// Bundles monitor-page/ and uPlot into lib/monitor/page-files.ts. As strings in a module, the page is found in ESM and
// CommonJS, and also after bundling. Every build and vitest.config.ts run this script; the result is not committed.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const text = (relative) => readFileSync(path(relative), 'utf8').replaceAll('\r\n', '\n');

const PAGE = path('lib/monitor/page-files.ts');
/** The lock file is included because it changes with the version of a bundled package. */
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
