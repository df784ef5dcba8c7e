import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packLibrary, run } from '../support/installed-app.js';

/** Of npm, in the versions of this repository. */
const PACKAGES = [
  '@nestjs/cli',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@types/node',
  'reflect-metadata',
  'rxjs',
];

/** What bundles an application or runs its tests, as their users install it. */
const TOOLS = {
  esbuild: '0.28.2',
  'fork-ts-checker-webpack-plugin': '9.2.0',
  jest: '30.5.2',
  'ts-loader': '9.6.2',
  'tsconfig-paths-webpack-plugin': '4.2.0',
  typescript: '6.0.2',
  webpack: '5.113.0',
  'webpack-node-externals': '3.0.0',
};

/** Packages that Nest and its adapter look for and do without. */
const OPTIONAL = ['@nestjs/microservices', '@nestjs/websockets', 'class-transformer', 'class-validator'];

const BOOT = `
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.init();
  const { url = '' } = app.get(MetricsServer);
  const response = await fetch(url);
  const hasThread = app.get(MetricsServer).thread !== undefined;
  const text = await response.text();
  await app.close();`;

const MAIN = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MetricsServer, PrometheusModule } from 'nestjs-prometheus-exporter';

@Module({ imports: [PrometheusModule.forRoot({ server: { port: 0 } })] })
class AppModule {}

async function main(): Promise<void> {${BOOT.replace('.thread', "['thread' as 'url']")}
  console.log(response.status, hasThread, text.includes('nestjs_metrics_info{'));
}
void main();
`;

const JEST = `
require('reflect-metadata');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { MetricsServer, PrometheusModule } = require('nestjs-prometheus-exporter');

class AppModule {}
Module({ imports: [PrometheusModule.forRoot({ server: { port: 0 } })] })(AppModule);

test('the own port answers', async () => {${BOOT}
  expect(response.status).toBe(200);
  expect(hasThread).toBe(true);
  expect(text).toContain('nestjs_metrics_info{');
});
`;

function asModule(text: string): string {
  return text
    .replace("require('reflect-metadata');", "import 'reflect-metadata';")
    .replaceAll(/^const (\{.*\}) = require\((.*)\);$/gm, 'import $1 from $2;');
}

const NEST_11 = fileURLToPath(new URL('../nest-11/node_modules', import.meta.url));

const WORKS = '200 true true';

describe('an application with an endpoint of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'packagings-'));
  /** A folder below which nothing is installed. */
  const elsewhere = mkdtempSync(join(tmpdir(), 'moved-'));

  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const bin = (name: string): string => join(folder, 'node_modules', '.bin', name);

  /** Runs what a bundler made where it finds no package. */
  function runMoved(bundle: string): string {
    const moved = mkdtempSync(join(elsewhere, 'bundle-'));
    cpSync(join(folder, bundle), moved, { recursive: true });
    return run(moved, process.execPath, bundle.endsWith('esm') ? 'main.mjs' : 'main.js').trim();
  }

  beforeAll(() => {
    const { devDependencies } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
    ) as { readonly devDependencies: Readonly<Record<string, string>> };
    const installed = Object.fromEntries(PACKAGES.map((name) => [name, devDependencies[name]]));
    const library = { 'nestjs-prometheus-exporter': `file:${packLibrary()}` };
    write(
      'package.json',
      JSON.stringify({ name: 'packagings', private: true, dependencies: { ...installed, ...TOOLS, ...library } }),
    );
    write('src/main.ts', MAIN);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      rootDir: 'src',
      outDir: 'dist',
      experimentalDecorators: true,
      skipLibCheck: true,
      types: ['node'],
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }));
    run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  });
  afterAll(() => {
    for (const made of [folder, elsewhere]) rmSync(made, { recursive: true, force: true });
  });

  it.each([
    ['an ES module', 'module'],
    ['CommonJS', 'commonjs'],
  ])('works as %s', (_, type) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
    write('package.json', JSON.stringify({ ...manifest, type }));
    run(folder, bin('tsc'), '-p', '.');
    expect(run(folder, process.execPath, 'dist/main.js').trim()).toBe(WORKS);
    write('package.json', JSON.stringify({ ...manifest, type: undefined }));
  });

  it('works in one file of nest build --webpack', () => {
    write(
      'nest-cli.json',
      JSON.stringify({
        sourceRoot: 'src',
        compilerOptions: { builder: 'webpack', webpackConfigPath: 'webpack.config.js' },
      }),
    );
    write(
      'webpack.config.js',
      `module.exports = (options, webpack) => ({
         ...options,
         externals: ${JSON.stringify(OPTIONAL)}.map((name) => new RegExp('^' + name)).map((name) => ({ request }, done) => name.test(request) ? done(null, 'commonjs ' + request) : done()),
         output: { ...options.output, path: __dirname + '/bundled-webpack' },
         optimization: { nodeEnv: false, minimize: false },
         plugins: [...options.plugins, new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
       });`,
    );
    run(folder, bin('nest'), 'build', '--webpack');
    expect(runMoved('bundled-webpack')).toBe(WORKS);
  });

  it.each([
    ['cjs', 'main.js', ''],
    ['esm', 'main.mjs', `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`],
  ] as const)('works in one file of esbuild, %s', (format, file, banner) => {
    const flags = [
      '--bundle',
      '--platform=node',
      '--minify',
      '--keep-names',
      `--format=${format}`,
      `--outfile=bundled-${format}/${file}`,
    ];
    const externals = OPTIONAL.flatMap((name) => [`--external:${name}`, `--external:${name}/*`]);
    run(folder, bin('esbuild'), 'src/main.ts', ...flags, `--banner:js=${banner}`, ...externals);
    expect(runMoved(`bundled-${format}`)).toBe(WORKS);
  });

  it.each([
    // Jest reads CommonJS, which Nest is up to version 11.
    [
      'CommonJS and Nest 11',
      'js',
      { moduleNameMapper: { '^@nestjs/(common|core|platform-express)($|/.*)': `${NEST_11}/@nestjs/$1$2` } },
    ],
    ['ES modules', 'mjs', { transform: {} }],
  ])('works under Jest, with %s', (_, extension, config) => {
    write(`src/own-port.test.${extension}`, extension === 'js' ? JEST : asModule(JEST));
    write(
      `jest.${extension}.json`,
      JSON.stringify({
        testEnvironment: 'node',
        roots: ['<rootDir>/src'],
        testMatch: [`**/*.test.${extension}`],
        moduleFileExtensions: ['mjs', 'js', 'json'],
        ...config,
      }),
    );
    const jest = ['--experimental-vm-modules', join('node_modules', 'jest', 'bin', 'jest.js'), '--json'];
    const report: unknown = JSON.parse(run(folder, process.execPath, ...jest, '--config', `jest.${extension}.json`));
    expect(report).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
  });
});
